package dev.sluice.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Every command but {@code tc}, through picocli. */
@Command(
    name = "sluice",
    description = "Programmable traffic control for Linux.",
    mixinStandardHelpOptions = true,
    version = "sluice 0.1.0-SNAPSHOT")
final class Commands implements Runnable {
  private final PrintStream out;

  private Commands(PrintStream out) {
    this.out = out;
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return new CommandLine(new Commands(out))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(args);
  }

  @Override
  public void run() {
    CommandLine.usage(this, out);
  }
}
