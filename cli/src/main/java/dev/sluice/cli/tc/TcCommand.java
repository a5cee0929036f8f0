package dev.sluice.cli.tc;

import java.io.PrintStream;

/** {@code sluice tc …}: parsed by hand, so that a short command does not load picocli. */
public final class TcCommand {
  private TcCommand() {}

  /** Runs one command and returns its exit code. */
  @SuppressWarnings("unused") // a stub: out is for what will be printed
  public static int run(String[] args, PrintStream out, PrintStream err) {
    err.println("sluice tc: not written yet");
    return 255;
  }
}
