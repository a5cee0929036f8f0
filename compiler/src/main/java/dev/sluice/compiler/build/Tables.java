package dev.sluice.compiler.build;

/** Maps that a program names. */
public final class Tables {
  private Tables() {}

  /**
   * A map.
   *
   * @param name its name
   */
  public record Table(String name) {}
}
