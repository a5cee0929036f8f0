package dev.sluice.compiler.program;

/**
 * A program did not come to an end of its own: it reached behind the packet's end. Whoever runs it
 * takes {@link BpfProgram#otherwise} for its verdict, as {@link JavaProgram#run} does; programs
 * cannot catch this.
 */
public final class Ended extends RuntimeException {
  private static final long serialVersionUID = 1;

  Ended(String message) {
    super(message);
  }
}
