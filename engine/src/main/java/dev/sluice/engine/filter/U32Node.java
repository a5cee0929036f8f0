package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.U32;
import org.jspecify.annotations.Nullable;

/** A node of a u32 table ({@code struct tc_u_knode}). */
final class U32Node {
  final int handle;
  final U32Table table;
  final U32.Selector selector;
  final int[] masks;
  final int[] values;
  final int[] offsets;
  final int[] offsetMasks;

  /** How far a hashed word is shifted right: to the lowest bit of its mask. */
  final int hashShift;

  /** A packet mark to match; any where the mask is 0. */
  final int markValue;

  final int markMask;

  /** How often it was tried, matched, and each of its words matched. Kept when it is changed. */
  final long[] hits;

  /** Bytes of the packets that it matched, which the kernel does not count. */
  long bytes;

  /** How many packets had the mark. Kept when it is changed. */
  final long[] marked;

  /** The table to go on in. */
  @Nullable U32Table down;

  ClassReference target;

  /** The device that the packet came in by; 0 for any. */
  int inDevice;

  int flags;
  ActionList actions;

  /** The next node of its bucket. */
  @Nullable U32Node next;

  U32Node(
      int handle,
      U32Table table,
      U32.Selector selector,
      U32.@Nullable Mark mark,
      ClassReference target,
      ActionList actions) {
    this.handle = handle;
    this.table = table;
    this.selector = selector;
    this.target = target;
    this.actions = actions;
    int count = selector.keys().size();
    masks = new int[count];
    values = new int[count];
    offsets = new int[count];
    offsetMasks = new int[count];
    for (int i = 0; i < count; i++) {
      U32.Key key = selector.keys().get(i);
      masks[i] = key.mask();
      values[i] = key.value();
      offsets[i] = key.offset();
      offsetMasks[i] = key.offsetMask();
    }
    hashShift = selector.hashMask() == 0 ? 0 : Integer.numberOfTrailingZeros(selector.hashMask());
    markValue = mark == null ? 0 : mark.value();
    markMask = mark == null ? 0 : mark.mask();
    hits = new long[2 + count];
    marked = new long[1];
  }

  /** Whether a match in it ends the search. */
  boolean isTerminal() {
    return (selector.flags() & U32.Selector.TERMINAL) != 0;
  }
}
