package dev.sluice.compiler;

import dev.sluice.compiler.ir.Position;

/** A method holds what cannot become eBPF. The message says where, what, and what to do instead. */
public final class CompilationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Position position;
  private final String problem;

  /**
   * A refusal.
   *
   * @param position where
   * @param problem what cannot be compiled
   * @param instead what to write instead
   */
  public CompilationException(Position position, String problem, String instead) {
    this(position, "in " + position.method() + ": " + problem + suffix(instead));
  }

  private CompilationException(Position position, String problem) {
    super(position + ": " + problem);
    this.position = position;
    this.problem = problem;
  }

  private static String suffix(String instead) {
    return instead.isEmpty() ? "" : "; " + instead;
  }

  /** What cannot be compiled, in which method, and what to write instead. */
  public String problem() {
    return problem;
  }

  /** Where in the source. */
  public Position position() {
    return position;
  }
}
