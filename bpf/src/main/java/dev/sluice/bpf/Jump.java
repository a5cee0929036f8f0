package dev.sluice.bpf;

/** Instructions that decide which instruction is next ({@code BPF_JMP} and {@code BPF_JMP32}). */
public sealed interface Jump extends Instruction {
  /**
   * {@code goto label}.
   *
   * @param offset slots to skip, -32768 to 32767
   */
  record Goto(int offset) implements Jump {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public Goto {
      Offset.check16("jump offset", offset);
    }
  }

  /**
   * {@code gotol label}: reaches any slot; since Linux 6.6.
   *
   * @param offset slots to skip, any 32-bit number
   */
  record GotoLong(int offset) implements Jump {}

  /**
   * {@code if r1 > r2 goto label}.
   *
   * @param width how much of the registers is compared
   * @param right a constant is sign-extended to the width
   * @param offset slots to skip, -32768 to 32767
   */
  record Branch(Width width, Condition condition, Register left, Operand right, int offset)
      implements Jump {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public Branch {
      Offset.check16("jump offset", offset);
    }
  }

  /**
   * {@code may_goto label}: jumps when the program has looped too often, so that the verifier takes
   * a loop it can't bound; since Linux 6.9.
   *
   * @param offset slots to skip, -32768 to 32767
   */
  record MayGoto(int offset) implements Jump {
    /**
     * @throws IllegalArgumentException if the offset is out of range
     */
    public MayGoto {
      Offset.check16("jump offset", offset);
    }
  }

  /** {@code exit}: leaves the function; R0 is its result. */
  record Exit() implements Jump {}
}
