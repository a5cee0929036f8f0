package dev.sluice.compiler;

import dev.sluice.compiler.ir.Position;

/** A method holds what cannot become eBPF. The message says where, what, and what to do instead. */
public final class CompilationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  /**
   * A refusal.
   *
   * @param position where
   * @param problem what cannot be compiled
   * @param instead what to write instead
   */
  public CompilationException(Position position, String problem, String instead) {
    super(
        "%s, in %s: %s%s"
            .formatted(
                position, position.method(), problem, instead.isEmpty() ? "" : "; " + instead));
    this.position = position;
  }

  /** Where in the source. */
  public Position position() {
    return position;
  }
}
