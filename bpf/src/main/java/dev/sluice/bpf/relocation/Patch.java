package dev.sluice.bpf.relocation;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.MemorySize;
import java.util.Collections;
import java.util.List;

/** Writes an answer into an instruction ({@code bpf_core_patch_insn}). */
public final class Patch {
  /**
   * The helper that stands for what the kernel has not. There is none with this number, so the
   * verifier refuses a program that gets there. It is libbpf's own, which people search for.
   */
  public static final int MISSING = 0xbad2310;

  private Patch() {}

  /**
   * The instructions in the place of one, of as many slots.
   *
   * @throws RelocationException if the answer does not fit
   */
  public static List<Instruction> apply(Instruction instruction, Answer answer) {
    if (!answer.found()) {
      return missing(instruction);
    }
    long value = answer.value();
    return switch (instruction) {
      case Arithmetic.Binary(var width, var operator, var to, Immediate(int original)) -> {
        requireOriginal(answer, Integer.toUnsignedLong(original), 0xffffffffL);
        if (value != (int) value && value >>> Integer.SIZE != 0) {
          throw new RelocationException("the answer " + value + " does not fit into 32 bits");
        }
        yield List.of(new Arithmetic.Binary(width, operator, to, new Immediate((int) value)));
      }
      case Memory.Load(var size, boolean signed, var to, var base, int original) -> {
        requireOriginal(answer, original, -1);
        MemorySize resized = size(answer, size);
        yield resized == MemorySize.DOUBLE
            ? List.of(new Memory.Load(resized, false, to, base, offset(value)))
            : List.of(new Memory.Load(resized, signed, to, base, offset(value)));
      }
      case Memory.Store(var size, var base, int original, var stored) -> {
        requireOriginal(answer, original, -1);
        yield List.of(new Memory.Store(size(answer, size), base, offset(value), stored));
      }
      case Constant.Wide(var to, long original) -> {
        requireOriginal(answer, original, -1);
        yield List.of(new Constant.Wide(to, value));
      }
      default ->
          throw new RelocationException(
              "expected arithmetic with a constant, a load, a store or a constant of 64 bits");
    };
  }

  /** What the verifier refuses, in as many slots as an instruction. */
  public static List<Instruction> missing(Instruction instruction) {
    return Collections.nCopies(instruction.slots(), new Call.Helper(MISSING));
  }

  private static void requireOriginal(Answer answer, long there, long mask) {
    if (answer.checked() && (answer.original() & mask) != (there & mask)) {
      throw new RelocationException(
          "the instruction holds %d where the file's own types say %d"
              .formatted(there, answer.original()));
    }
  }

  private static int offset(long value) {
    if (value < 0 || value > Short.MAX_VALUE) {
      throw new RelocationException(
          "the field is at byte " + value + ", and an instruction reaches 32767");
    }
    return (int) value;
  }

  private static MemorySize size(Answer answer, MemorySize before) {
    if (answer.originalSize() == answer.size()) {
      return before;
    }
    if (!answer.resizable()) {
      throw new RelocationException(
          ("the field has %d bytes in this kernel and %d in the file, and is no number without"
                  + " sign: read it as bytes, or by its size in the kernel")
              .formatted(answer.size(), answer.originalSize()));
    }
    return switch (answer.size()) {
      case 1 -> MemorySize.BYTE;
      case 2 -> MemorySize.HALF;
      case 4 -> MemorySize.WORD;
      case 8 -> MemorySize.DOUBLE;
      default ->
          throw new RelocationException(
              "the field has %d bytes in this kernel: expected 1, 2, 4 or 8"
                  .formatted(answer.size()));
    };
  }
}
