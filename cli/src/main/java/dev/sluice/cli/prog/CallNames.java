package dev.sluice.cli.prog;

import dev.sluice.bpf.Subprogram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Adds to calls the names of the functions that they call, as {@code bpftool} does. */
final class CallNames {
  private static final int SLOT = 8;
  private static final int CALL = 0x85;
  private static final int WIDE = 0x18;

  // Values of the source register: BPF_PSEUDO_CALL and BPF_PSEUDO_FUNC.
  private static final int FUNCTION_CALL = 1;
  private static final int FUNCTION_ADDRESS = 4;

  private final Map<Integer, String> functions;

  private CallNames(Map<Integer, String> functions) {
    this.functions = functions;
  }

  static CallNames of(List<Subprogram> functions) {
    return new CallNames(
        functions.stream().collect(Collectors.toMap(Subprogram::slot, Subprogram::name)));
  }

  /**
   * The lines with the names.
   *
   * @param lines one for each instruction
   * @param bytes the instructions, in this machine's byte order
   */
  List<String> addTo(List<String> lines, byte[] bytes) {
    ByteBuffer slots = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    List<String> named = new ArrayList<>(lines.size());
    int slot = 0;
    for (String line : lines) {
      String name = bytes.length < (slot + 1) * SLOT ? null : functions.get(target(slots, slot));
      named.add(name == null ? line : withDistance(line, slots, slot) + "#" + name);
      slot += bytes.length >= (slot + 1) * SLOT && code(slots, slot) == WIDE ? 2 : 1;
    }
    return named;
  }

  /**
   * A kernel that compiled the program keeps the distance of a call in the offset, and the number
   * of the function where the distance was ({@code jit_subprogs} in kernel/bpf/verifier.c).
   */
  private static String withDistance(String line, ByteBuffer slots, int slot) {
    int offset = slots.getShort(slot * SLOT + 2);
    return offset == 0 ? line : line.replaceFirst("pc[+-]\\d+", "pc%+d".formatted(offset));
  }

  private static int code(ByteBuffer slots, int slot) {
    return slots.get(slot * SLOT) & 0xff;
  }

  /** The slot of the function that an instruction names; −1 if it names none. */
  private static int target(ByteBuffer slots, int slot) {
    int at = slot * SLOT;
    int source = slots.get(at + 1) >>> 4 & 0xf;
    int offset = slots.getShort(at + 2);
    int immediate = slots.getInt(at + 4);
    if (code(slots, slot) == CALL && source == FUNCTION_CALL) {
      return slot + 1 + (offset != 0 ? offset : immediate);
    }
    return code(slots, slot) == WIDE && source == FUNCTION_ADDRESS ? slot + 1 + immediate : -1;
  }
}
