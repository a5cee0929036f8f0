package dev.sluice.engine.vm;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import java.util.StringJoiner;

/** Says where a fault happened: the program, the instruction, its line, the registers. */
public final class FaultPlace {
  /** Length of an opcode as the verifier's text begins with it, {@code "(b7) "}. */
  private static final int OPCODE = 5;

  private FaultPlace() {}

  /**
   * A fault with its place; one that has a place keeps it.
   *
   * @param slot the slot of the instruction
   * @param registers R0 to R10
   */
  public static Fault of(Fault fault, ProgramSpec spec, int slot, long[] registers) {
    if (fault.hasPlace()) {
      return fault;
    }
    StringBuilder message = new StringBuilder("program ").append(spec.name());
    message.append(" at instruction ").append(slot);
    int position = 0;
    for (Instruction instruction : spec.instructions()) {
      if (position == slot) {
        String text = Disassembler.verifierText(instruction);
        message.append(" (").append(text, OPCODE, text.length()).append(')');
      }
      position += instruction.slots();
    }
    spec.sourceLine(slot)
        .ifPresent(
            line -> {
              message.append(", ").append(line.file()).append(':').append(line.line());
              if (!line.text().isBlank()) {
                message.append(" `").append(line.text().strip()).append('`');
              }
            });
    message.append(": ").append(fault.problem()).append("; ");
    StringJoiner values = new StringJoiner(" ");
    for (int i = 0; i < registers.length; i++) {
      values.add("r" + i + "=" + text(registers[i]));
    }
    return new Fault(fault.problem(), message.append(values).toString());
  }

  private static String text(long value) {
    int region = Address.region(value);
    int offset = Address.offset(value);
    if (region == Address.CONTEXT) {
      return "ctx" + signed(offset);
    }
    if (region == Address.PACKET) {
      return "pkt@" + offset;
    }
    if (region >= Address.STACK && region < Address.STACK + Execution.MOST_FRAMES) {
      int frame = region - Address.STACK;
      return (frame == 0 ? "fp" : "fp[" + frame + "]") + signed(offset - Address.STACK_BYTES);
    }
    return switch (region & Address.KIND_MASK) {
      case Address.MAP_VALUE -> "map_value@" + offset;
      case Address.MAP -> "map";
      case Address.LENT -> "mem" + signed(offset);
      case Address.FUNCTION -> "func@" + (region & ~Address.KIND_MASK);
      default -> Long.toString(value);
    };
  }

  private static String signed(int offset) {
    return offset == 0 ? "" : offset < 0 ? Integer.toString(offset) : "+" + offset;
  }
}
