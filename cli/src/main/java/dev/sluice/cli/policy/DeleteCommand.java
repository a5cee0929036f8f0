package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.plan.Transition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice delete}. */
@Command(
    name = "delete",
    description = "Remove policies, and all that was made for them.",
    mixinStandardHelpOptions = true)
public final class DeleteCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Names of policies.")
  private final List<String> names = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file with policies, of which only the names count.")
  private final List<Path> files = new ArrayList<>();

  /** The command for one session. */
  public DeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Set<String> wanted = new LinkedHashSet<>(names);
    for (Path file : files) {
      PolicyReader.read(file).forEach(each -> wanted.add(each.policy().metadata().name()));
    }
    if (wanted.isEmpty()) {
      throw new InvalidInput("command line", 0, 0, "expected the name of a policy, or -f FILE");
    }
    try (Host host = Host.of(session, AttachMode.AUTO)) {
      Set<String> known = host.store().policies().keySet();
      for (String name : wanted) {
        if (!known.contains(name)) {
          throw new NotFound("policy", name);
        }
      }
      Transition transition = host.transition(List.of(), wanted);
      PlanPrinter.noteWarnings(session, transition.plan().findings());
      PlanPrinter.requireClear(transition.plan());
      host.tidy();
      Transition.Done done = transition.run();
      PlanPrinter.requireDone(session, done.result());
      done.keep();
      PlanPrinter.print(session, transition.plan(), true);
      return ExitCode.OK;
    }
  }
}
