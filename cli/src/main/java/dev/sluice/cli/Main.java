package dev.sluice.cli;

import dev.sluice.cli.output.StandardOutput;
import dev.sluice.cli.tc.TcCommand;
import java.io.PrintStream;
import java.util.Arrays;

/** Where {@code sluice} starts. Commands that must be quick are dispatched before picocli loads. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    StandardOutput out = new StandardOutput();
    int code;
    try {
      code = run(args, out.stream(), System.err);
    } catch (OutOfMemoryError e) {
      System.err.println(
          "sluice: out of memory (" + e.getMessage() + "): SLUICE_JAVA_OPTS=-Xmx4g gives it more");
      code = ExitCode.INTERNAL;
    }
    String failure = out.finish();
    if (failure != null) {
      System.err.println("sluice: standard output: " + failure);
      code = code == ExitCode.OK ? ExitCode.INPUT : code;
    }
    System.exit(code);
  }

  /** Runs one command and returns its exit code. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    String first = args.length == 0 ? "" : args[0];
    return switch (first) {
      case "tc" -> TcCommand.run(Arrays.copyOfRange(args, 1, args.length), out, err);
      case Training.COMMAND -> Training.run();
      default -> Commands.run(args, out, err);
    };
  }
}
