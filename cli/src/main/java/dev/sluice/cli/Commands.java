package dev.sluice.cli;

import dev.sluice.bpf.AssemblyException;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.kernel.KernelDatapath;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every command but {@code tc}, through picocli. */
@Command(
    name = "sluice",
    description = "Programmable traffic control for Linux.",
    footer = {
      "",
      "sluice tc takes iproute2's grammar: sluice tc qdisc show",
      "Exit codes: 0 done, 1 wrong input, 2 refused, 3 not permitted."
    },
    mixinStandardHelpOptions = true,
    version = Commands.VERSION)
final class Commands implements Runnable {
  static final String VERSION = "sluice 0.1.0-SNAPSHOT";

  /** Picocli reads its annotations; the session reads its values. */
  @Mixin final GlobalOptions options;

  @Spec private @Nullable CommandSpec spec;

  private Commands(GlobalOptions options) {
    this.options = options;
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, out, err, KernelDatapath::open, PinLayout.standard());
  }

  static int run(
      String[] args, PrintStream out, PrintStream err, DatapathOpener opener, PinLayout pins) {
    try (Session session = new Session(out, err, opener, pins)) {
      CommandLine line = new CommandLine(new Commands(session.options()));
      CommandTree.addTo(line, session, args);
      line.setCaseInsensitiveEnumValuesAllowed(true)
          .setOverwrittenOptionsAllowed(false)
          .setUsageHelpAutoWidth(false)
          .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
          .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
          .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
          .setParameterExceptionHandler((e, _) -> misused(e, session))
          .setExecutionExceptionHandler((e, _, _) -> failed(e, session, err));
      return line.execute(args);
    }
  }

  private static int misused(ParameterException e, Session session) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String problem = message(e);
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      problem =
          word.startsWith("-")
              ? "no such option: " + word
              : command.getSubcommands().isEmpty()
                  ? "did not expect \"" + word + "\""
                  : "no such command: " + word;
    }
    String first = problem.lines().findFirst().orElse("");
    session.note(first.replaceFirst("^Error: ", "") + " (see " + name + " --help)");
    return ExitCode.INPUT;
  }

  private static int failed(Exception e, Session session, PrintStream err) {
    return switch (e) {
      case AssemblyException assembly -> {
        assembly.problems().forEach(problem -> session.note(problem.toString()));
        yield ExitCode.INPUT;
      }
      case VerifierRejected rejected -> {
        session.note(rejected.headline());
        rejected.explanation().lines().forEach(session::continueNote);
        if (session.isVerbose()) {
          err.print(rejected.log().endsWith("\n") ? rejected.log() : rejected.log() + "\n");
        } else {
          session.note("-v prints the verifier's log");
        }
        yield ExitCode.REFUSED;
      }
      case SluiceException known -> {
        session.note(message(known));
        yield ExitCode.of(known);
      }
      case Refusal refusal -> {
        session.note(message(refusal));
        yield ExitCode.REFUSED;
      }
      case UncheckedIOException io -> {
        session.note(reason(io.getCause()));
        yield ExitCode.INPUT;
      }
      default -> {
        session.note("internal error: " + e);
        if (session.isVerbose()) {
          e.printStackTrace(err);
        } else {
          session.note("-v prints where");
        }
        yield ExitCode.INTERNAL;
      }
    };
  }

  /** What a file's fault is called: some exceptions have the file's name as their only message. */
  private static String reason(@Nullable IOException e) {
    return switch (e) {
      case null -> "a file cannot be read or written";
      case AccessDeniedException denied -> denied.getFile() + ": no permission";
      case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
      case FileSystemException file when file.getReason() != null ->
          file.getFile() + ": " + file.getReason();
      default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
    };
  }

  private static String message(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    line.usage(line.getOut());
  }
}
