package dev.sluice.compiler.program;

import java.util.OptionalInt;

/**
 * A program did not come to an end of its own: it reached behind the packet's end, or another went
 * on in its place. Whoever runs it takes {@link BpfProgram#otherwise}, or the other's verdict, as
 * {@link JavaProgram#run} does; programs cannot catch this.
 */
public final class Ended extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient OptionalInt verdict;

  Ended(String message) {
    super(message);
    verdict = OptionalInt.empty();
  }

  Ended(int verdict) {
    super("another program went on, and returned " + verdict, null, false, false);
    this.verdict = OptionalInt.of(verdict);
  }

  /** The verdict of the program that went on; empty if none did. */
  public OptionalInt verdict() {
    return verdict;
  }
}
