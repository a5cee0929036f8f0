package dev.sluice.cli;

/** Sluice does not do what it was asked, though the kernel might: it belongs to somebody else. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message what is not done, why, and who could do it
   */
  public Refusal(String message) {
    super(message);
  }
}
