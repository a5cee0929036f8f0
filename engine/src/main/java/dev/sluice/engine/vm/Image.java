package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.map.EngineMap;
import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program with its maps, functions and helpers found: an array for each part of an instruction,
 * indexed by slot. {@link ImageBuilder} makes it.
 */
final class Image {
  /** In {@link #source}: the second operand is {@link #value}. */
  static final byte IMMEDIATE = -1;

  final ProgramSpec spec;

  /** The maps that it names. */
  final Map<String, EngineMap> maps;

  final ContextLayout context;

  /** {@link Operation}s. */
  final byte[] operation;

  /** Destination or base register. */
  final byte[] destination;

  /** Source register, or {@link #IMMEDIATE}. */
  final byte[] source;

  /** Offset of a memory access; target slot of a jump or call; number of bits. */
  final int[] offset;

  /** The second operand, or a constant. */
  final long[] value;

  /** Where functions begin: the entry, and what is called or has its address taken. */
  final BitSet functions = new BitSet();

  /** Whether there is a {@link Operation#MAY_GOTO} in it. */
  boolean mayGoto;

  /** What a {@link Operation#CALL_HELPER} calls. */
  final @Nullable Helper[] helpers;

  Image(ProgramSpec spec, Map<String, EngineMap> maps, ContextLayout context, int slots) {
    this.spec = spec;
    this.maps = Map.copyOf(maps);
    this.context = context;
    operation = new byte[slots];
    destination = new byte[slots];
    source = new byte[slots];
    offset = new int[slots];
    value = new long[slots];
    helpers = new @Nullable Helper[slots];
    functions.set(0);
  }

  int slots() {
    return operation.length;
  }

  /** The slot of the instruction behind one. */
  int following(int slot) {
    return slot + (operation[slot] == Operation.CONSTANT ? 2 : 1);
  }
}
