package dev.sluice.engine.vm;

/**
 * A program did what no verified program does: touched memory outside of its regions, ran on
 * without end, called something that is not there. The run is over; the machine is unharmed.
 */
public final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final boolean placed;

  /**
   * A fault before it is known where it happened.
   *
   * @param problem what went wrong
   */
  public Fault(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
    placed = false;
  }

  /**
   * A fault at a place.
   *
   * @param problem what went wrong
   * @param message the same with the program, the instruction, its line and the registers
   */
  public Fault(String problem, String message) {
    super(message, null, false, false);
    this.problem = problem;
    placed = true;
  }

  /** What went wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** Whether the message says where it happened. */
  public boolean hasPlace() {
    return placed;
  }
}
