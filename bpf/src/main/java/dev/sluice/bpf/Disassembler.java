package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/**
 * Instructions as text, in two forms.
 *
 * <p><em>Verifier text</em> is what the kernel's verifier log and {@code bpftool prog dump xlated}
 * show, to the letter (kernel/bpf/disasm.c of Linux 6.18): {@code (61) r1 = *(u32 *)(r6 +76)}. A
 * map that is known by name is shown as {@code map[name:counters]}, where bpftool would have {@code
 * map[id:5]}.
 *
 * <p><em>Assembly</em> is what {@link AssemblyParser} reads: {@code r1 = *(u32 *)(r6 + 76)}.
 * Assembling it gives equal instructions again.
 */
public final class Disassembler {
  private Disassembler() {}

  /** One instruction as verifier text, such as {@code (b7) r0 = 0}. */
  public static String verifierText(Instruction instruction) {
    ByteBuffer slots = ByteBuffer.allocate(2 * Opcode.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    new InstructionEncoder(slots, name -> 0).encode(instruction);
    SlotText text = new SlotText(slots.flip(), 0);
    return switch (instruction) {
      case Constant.MapAddress(var register, MapReference.Named(String name)) ->
          text.text("map[name:%s]".formatted(name));
      case Constant.MapValueAddress(var register, MapReference.Named(String name), int offset) ->
          text.text("map[name:%s][0]+%d".formatted(name, offset));
      default -> text.text();
    };
  }

  /**
   * Instructions as {@code bpftool prog dump xlated} shows them: a line for each, with its slot,
   * such as {@code " 0: (b7) r0 = 0"}.
   */
  public static String dump(List<Instruction> instructions) {
    StringBuilder out = new StringBuilder();
    int slot = 0;
    for (Instruction instruction : instructions) {
      appendLine(out, slot, verifierText(instruction));
      slot += instruction.slots();
    }
    return out.toString();
  }

  /**
   * Bytes as {@code bpftool prog dump xlated} shows them. Any bytes have a text, also those that
   * {@link Bytecode#decode} refuses: the kernel marks them with {@code BUG_}. Fewer than 8 bytes at
   * the end are shown as {@code truncated}.
   *
   * @param order the byte order of the machine they are for
   */
  public static String dump(byte[] bytes, ByteOrder order) {
    ByteBuffer slots = ByteBuffer.wrap(bytes).order(order);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at + Opcode.SLOT_BYTES <= bytes.length) {
      SlotText text = new SlotText(slots, at);
      appendLine(out, at / Opcode.SLOT_BYTES, text.text());
      at += text.isWide() ? 2 * Opcode.SLOT_BYTES : Opcode.SLOT_BYTES;
    }
    if (at < bytes.length) {
      appendLine(out, at / Opcode.SLOT_BYTES, "truncated");
    }
    return out.toString();
  }

  private static void appendLine(StringBuilder out, int slot, String text) {
    out.append("% 4d: %s\n".formatted(slot, text));
  }

  /** One instruction as assembly; jumps show their offset, such as {@code goto pc+3}. */
  public static String assembly(Instruction instruction) {
    return new InstructionText(Set.of()).text(instruction, null);
  }

  /** Code as assembly, with labels and functions. */
  public static String assembly(Code code) {
    return new CodeText(code).text();
  }

  /** A program as a {@code .bpfasm} file that lacks the maps. */
  public static String assembly(ProgramSpec program) {
    return new ObjectText().program(program).text();
  }

  /**
   * An object as a {@code .bpfasm} file. A map's type is shown by its size alone if it has parts
   * that the assembly has no words for, such as a struct with gaps.
   *
   * @throws IllegalArgumentException if the programs have different licenses, since the file says
   *     it once
   */
  public static String assembly(ObjectSpec object) {
    return new ObjectText().object(object).text();
  }
}
