package dev.sluice.bpf;

/**
 * What is wrong at one place of an assembly file.
 *
 * @param file as the caller named it
 * @param line counts from 1
 * @param column counts from 1, in characters
 * @param message what was expected and what was found
 * @param text the line itself; its start if it is very long
 */
public record AssemblyProblem(String file, int line, int column, String message, String text) {
  /** The line with a mark under the place, on two lines. */
  public String excerpt() {
    StringBuilder out = new StringBuilder(text).append('\n');
    for (int i = 0; i < Math.min(column - 1, text.length()); i++) {
      out.append(text.charAt(i) == '\t' ? '\t' : ' ');
    }
    return out.append('^').toString();
  }

  /** {@code file:line:column: message}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
