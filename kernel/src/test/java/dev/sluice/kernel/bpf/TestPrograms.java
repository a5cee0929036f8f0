package dev.sluice.kernel.bpf;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;

/** Small programs for tests. */
public final class TestPrograms {
  private TestPrograms() {}

  /** A classifier that returns a verdict and does nothing else. */
  public static ProgramSpec returning(String name, int verdict) {
    return returning(name, ProgramType.SCHED_CLS, verdict);
  }

  /** A program that returns a number and does nothing else. */
  public static ProgramSpec returning(String name, ProgramType type, int result) {
    return ProgramSpec.of(
        name,
        type,
        "GPL",
        Code.of(
            new Arithmetic.Binary(
                Width.W64, ArithmeticOperator.MOV, Register.R0, new Immediate(result)),
            new Jump.Exit()));
  }
}
