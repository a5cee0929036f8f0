package dev.sluice.bpf;

/**
 * One eBPF instruction, of the instruction set v1 to v4 that {@code
 * Documentation/bpf/standardization/instruction-set.rst} describes, as Linux 6.18 takes it. The
 * model is closed: a {@code switch} over it without a default covers the whole machine.
 *
 * <p>Offsets of jumps, calls and function addresses count slots from the end of the instruction, so
 * that 0 means the next one. {@link CodeBuilder} computes them from labels. {@link Bytecode} turns
 * instructions into bytes and back.
 */
public sealed interface Instruction permits Arithmetic, Memory, Atomic, Constant, Jump, Call {
  /** How many 8-byte slots it takes: 2 for a {@link Constant}, else 1. */
  default int slots() {
    return 1;
  }
}
