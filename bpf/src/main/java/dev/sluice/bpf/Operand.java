package dev.sluice.bpf;

/** What an instruction works with: a {@link Register} or a constant in the instruction itself. */
public sealed interface Operand permits Register, Immediate {}
