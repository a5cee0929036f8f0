package dev.sluice.cli.doctor;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.datapath.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice doctor}: what is wrong, and what to do about it. */
@Command(
    name = "doctor",
    description = {
      "Say what is wrong at devices and in what Sluice keeps, each with its fix.",
      "The exit code is 2 where something is wrong and was not mended; notes do not count."
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private static final List<Examination> EXAMINATIONS =
      List.of(
          new HookExamination(),
          new PinExamination(),
          new LinkExamination(),
          new PolicyExamination());

  /** A repair may uncover something else; then there is something to do in the next round. */
  private static final int ROUNDS = 3;

  private final Session session;

  @Parameters(
      arity = "0..*",
      paramLabel = "DEV",
      description =
          "Only these devices, also those that are gone. Otherwise all, and what is left of"
              + " other network namespaces.")
  private List<String> devices = new ArrayList<>();

  @Option(names = "--fix", description = "Mend what is Sluice's own; nothing else is touched.")
  private boolean fix;

  /** The command for one session. */
  public DoctorCommand(Session session) {
    this.session = session;
  }

  /**
   * A finding, as it is told.
   *
   * @param severity {@code warning} or {@code note}
   * @param check what was looked for
   * @param where a hook, a device, a pin or a policy
   * @param problem what is so
   * @param fix what to do
   * @param mendable whether {@code --fix} does it
   */
  record Told(
      String severity, String check, String where, String problem, String fix, boolean mendable) {
    static Told of(Finding finding) {
      return new Told(
          finding.check().isWarning() ? "warning" : "note",
          finding.check().toString(),
          finding.where(),
          finding.problem(),
          finding.fix(),
          finding.repair() != null);
    }
  }

  /**
   * What was found.
   *
   * @param findings what is so, after all that was mended
   * @param mended what was mended
   */
  record Report(List<Told> findings, List<Told> mended) {}

  @Override
  public Integer call() {
    Scope scope = Scope.of(session, devices);
    List<Finding> findings = examine(scope);
    List<Finding> mended = new ArrayList<>();
    for (int round = 0; fix && round < ROUNDS && repair(findings, mended); round++) {
      findings = examine(Scope.now(session, devices));
      // What is still there was not mended, whatever the repair thought.
      List<Finding> left = findings;
      mended.removeIf(one -> left.stream().anyMatch(one::isAgain));
    }
    Report report =
        new Report(
            findings.stream().map(Told::of).toList(), mended.stream().map(Told::of).toList());
    session.output().print(report, output -> print(report, output));
    return findings.stream().anyMatch(finding -> finding.check().isWarning())
        ? ExitCode.REFUSED
        : ExitCode.OK;
  }

  private static List<Finding> examine(Scope scope) {
    List<Finding> findings = new ArrayList<>();
    EXAMINATIONS.forEach(examination -> findings.addAll(examination.findings(scope)));
    return findings;
  }

  /** Whether anything was done. */
  private boolean repair(List<Finding> findings, List<Finding> mended) {
    boolean done = false;
    for (Finding finding : findings) {
      Runnable repair = finding.repair();
      if (repair != null && mended.stream().noneMatch(finding::isAgain)) {
        done = true;
        String failure = failure(repair);
        if (failure == null) {
          mended.add(finding);
        } else {
          session.note(finding.where() + ": not mended: " + failure);
        }
      }
    }
    return done;
  }

  private static @Nullable String failure(Runnable repair) {
    try {
      repair.run();
      return null;
    } catch (SluiceException | Refusal e) {
      return e.getMessage();
    }
  }

  private static void print(Report report, Output output) {
    report.mended().forEach(one -> print("mended", one, output));
    report.findings().forEach(one -> print(one.severity(), one, output));
    if (report.findings().isEmpty() && report.mended().isEmpty()) {
      output.line("nothing found");
    }
  }

  private static void print(String severity, Told one, Output output) {
    output.line("%s %s: %s: %s".formatted(severity, one.check(), one.where(), one.problem()));
    if (!severity.equals("mended")) {
      output.line("    fix: " + one.fix() + (one.mendable() ? " (--fix does it)" : ""));
    }
  }
}
