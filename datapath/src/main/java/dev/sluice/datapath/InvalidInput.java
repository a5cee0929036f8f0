package dev.sluice.datapath;

/** Something that a person wrote cannot be understood: a file, a command line, a pattern. */
public final class InvalidInput extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final int line;
  private final int column;
  private final String problem;

  /**
   * Input that cannot be understood.
   *
   * @param source where it stands: a file's name, or {@code command line}
   * @param line its line, from 1; 0 where there are no lines
   * @param column its column, from 1; 0 where not known
   * @param problem what is wrong and what was expected
   */
  public InvalidInput(String source, int line, int column, String problem) {
    super(position(source, line, column) + ": " + problem);
    this.source = source;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }

  private static String position(String source, int line, int column) {
    if (line == 0) {
      return source;
    }
    return column == 0 ? source + ":" + line : source + ":" + line + ":" + column;
  }

  /** Where it stands: a file's name, or {@code command line}. */
  public String source() {
    return source;
  }

  /** Its line, from 1; 0 where there are no lines. */
  public int line() {
    return line;
  }

  /** Its column, from 1; 0 where not known. */
  public int column() {
    return column;
  }

  /** What is wrong and what was expected, without where. */
  public String problem() {
    return problem;
  }
}
