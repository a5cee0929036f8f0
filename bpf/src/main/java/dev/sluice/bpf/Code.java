package dev.sluice.bpf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.ToIntFunction;

/**
 * The instructions of a program with what is known about them: its functions and where they come
 * from. {@link CodeBuilder} makes it.
 *
 * @param instructions the entry function first, then the others
 * @param functions in the order of their slots
 * @param lines in the order of their slots; none if the source is unknown
 */
public record Code(
    List<Instruction> instructions, List<Subprogram> functions, List<SourceLine> lines) {
  /**
   * @throws IllegalArgumentException if functions or lines are out of order, share a slot or name,
   *     or lie outside of the instructions or in the second slot of a constant
   */
  public Code {
    instructions = List.copyOf(instructions);
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    List<Integer> starts = new ArrayList<>(functions.size() + lines.size());
    int previous = 0;
    LinkedHashSet<String> names = new LinkedHashSet<>();
    for (Subprogram function : functions) {
      if (function.slot() <= previous) {
        throw new IllegalArgumentException(
            "function '%s' at slot %d does not follow slot %d"
                .formatted(function.name(), function.slot(), previous));
      }
      if (!names.add(function.name())) {
        throw new IllegalArgumentException("two functions are named '" + function.name() + "'");
      }
      previous = function.slot();
      starts.add(previous);
    }
    previous = -1;
    for (SourceLine line : lines) {
      if (line.slot() <= previous) {
        throw new IllegalArgumentException(
            "line %d at slot %d does not follow slot %d"
                .formatted(line.line(), line.slot(), previous));
      }
      previous = line.slot();
      starts.add(previous);
    }
    requireStarts(instructions, starts);
  }

  private static void requireStarts(List<Instruction> instructions, List<Integer> starts) {
    if (starts.isEmpty()) {
      return;
    }
    BitSet valid = new BitSet();
    int slot = 0;
    for (Instruction instruction : instructions) {
      valid.set(slot);
      slot += instruction.slots();
    }
    for (int start : starts) {
      if (!valid.get(start)) {
        throw new IllegalArgumentException(
            "no instruction starts at slot " + start + " of " + slot);
      }
    }
  }

  /** Code of one function without known source. */
  public static Code of(List<Instruction> instructions) {
    return new Code(instructions, List.of(), List.of());
  }

  /** Code of one function without known source. */
  public static Code of(Instruction... instructions) {
    return of(List.of(instructions));
  }

  /** How many 8-byte slots the instructions take: what the kernel calls {@code insn_cnt}. */
  public int slots() {
    int slots = 0;
    for (Instruction instruction : instructions) {
      slots += instruction.slots();
    }
    return slots;
  }

  /** The names of the maps it refers to, in the order of their first use. */
  public SequencedSet<String> mapNames() {
    SequencedSet<String> names = new LinkedHashSet<>();
    for (Instruction instruction : instructions) {
      MapReference map =
          switch (instruction) {
            case Constant.MapAddress address -> address.map();
            case Constant.MapValueAddress address -> address.map();
            default -> null;
          };
      if (map instanceof MapReference.Named named) {
        names.add(named.name());
      }
    }
    return names;
  }

  /** Where the instruction at this slot comes from; empty if unknown. */
  public Optional<SourceLine> sourceLine(int slot) {
    int low = 0;
    int high = lines.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (lines.get(middle).slot() <= slot) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && slot >= 0 ? Optional.of(lines.get(high)) : Optional.empty();
  }

  /** The function other than the entry that the slot belongs to; empty if it is in the entry. */
  public Optional<Subprogram> function(int slot) {
    Subprogram found = null;
    for (Subprogram function : functions) {
      if (function.slot() <= slot) {
        found = function;
      }
    }
    return Optional.ofNullable(found);
  }

  /**
   * The bytes for the kernel of this machine.
   *
   * @param mapDescriptor the file descriptor of the map with a name
   */
  public byte[] encode(ToIntFunction<String> mapDescriptor) {
    return encode(mapDescriptor, ByteOrder.nativeOrder());
  }

  /**
   * The bytes for a machine of this byte order.
   *
   * @param mapDescriptor the file descriptor of the map with a name
   */
  public byte[] encode(ToIntFunction<String> mapDescriptor, ByteOrder order) {
    return Bytecode.encode(instructions, mapDescriptor, order);
  }
}
