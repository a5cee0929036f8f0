package dev.sluice.cli.tc;

/**
 * Ends the reading of a command. What is wrong has been said already, in the command's {@link
 * Problems}.
 */
final class Stop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What tc ends with for a command line that it does not understand ({@code exit(-1)}). */
  static final int BAD_COMMAND = 255;

  private final int code;
  private final boolean endsBatch;

  private Stop(int code, boolean endsBatch) {
    super("", null, false, false);
    this.code = code;
    this.endsBatch = endsBatch;
  }

  /** This command has failed; a batch under {@code -force} goes on with the next. */
  static Stop command(int code) {
    return new Stop(code, false);
  }

  /** This command has failed in a way after which tc leaves at once, a batch included. */
  static Stop everything(int code) {
    return new Stop(code, true);
  }

  int code() {
    return code;
  }

  boolean endsBatch() {
    return endsBatch;
  }
}
