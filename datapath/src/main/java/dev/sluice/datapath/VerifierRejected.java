package dev.sluice.datapath;

import org.jspecify.annotations.Nullable;

/** The verifier read a program and refused it. */
public final class VerifierRejected extends SluiceException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int errno;
  private final String log;
  private final @Nullable String sourceLine;
  private final @Nullable String hint;

  /**
   * A refusal by the verifier.
   *
   * @param program the program's name
   * @param errno the error number that the load returned, positive
   * @param log the verifier's whole log
   * @param sourceLine the line of the program's source ({@code drop.bpfasm:12}) that the last
   *     instruction in the log came from, if known
   * @param hint what usually mends such a refusal, if known
   */
  public VerifierRejected(
      String program, int errno, String log, @Nullable String sourceLine, @Nullable String hint) {
    super(describe(program, errno, log, sourceLine, hint));
    this.program = program;
    this.errno = errno;
    this.log = log;
    this.sourceLine = sourceLine;
    this.hint = hint;
  }

  private static String describe(
      String program, int errno, String log, @Nullable String sourceLine, @Nullable String hint) {
    StringBuilder message = new StringBuilder("the verifier refused program ").append(program);
    if (sourceLine != null) {
      message.append(" at ").append(sourceLine);
    }
    message.append(": ").append(reason(errno, log));
    if (hint != null) {
      message.append(" (").append(hint).append(')');
    }
    return message.toString();
  }

  /** The line of the log that says why: the last one that is not a statistic. */
  private static String reason(int errno, String log) {
    return log.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .filter(line -> !line.startsWith("processed ") && !line.startsWith("verification time"))
        .filter(line -> !line.startsWith("stack depth"))
        .reduce((first, second) -> second)
        .orElse(Errno.textOf(errno));
  }

  /** The program's name. */
  public String program() {
    return program;
  }

  /** The error number that the load returned, positive. */
  public int errno() {
    return errno;
  }

  /** The verifier's whole log. */
  public String log() {
    return log;
  }

  /** Where in the program's source it happened, null where not known. */
  public @Nullable String sourceLine() {
    return sourceLine;
  }

  /** What usually mends such a refusal, null where not known. */
  public @Nullable String hint() {
    return hint;
  }
}
