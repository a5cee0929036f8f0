package dev.sluice.bpf;

import java.util.List;

/**
 * An assembly file that can't be read. The message is the first problem with the line it is in; all
 * that were found are in {@link #problems()}.
 */
public final class AssemblyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<AssemblyProblem> problems;

  /**
   * @param problems at least one, in the order of the file
   */
  AssemblyException(List<AssemblyProblem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  private static String message(List<AssemblyProblem> problems) {
    AssemblyProblem first = problems.getFirst();
    int more = problems.size() - 1;
    return first
        + "\n"
        + first.excerpt()
        + (more == 0 ? "" : "\n(and " + more + " more " + (more == 1 ? "error)" : "errors)"));
  }

  /** What is wrong, at least one problem, in the order of the file. */
  public List<AssemblyProblem> problems() {
    return problems;
  }
}
