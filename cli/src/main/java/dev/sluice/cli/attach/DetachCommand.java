package dev.sluice.cli.attach;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.HookAddress;
import dev.sluice.datapath.InvalidInput;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice detach}: takes programs out of a hook of any kind. */
@Command(
    name = "detach",
    description = {
      "Take a program out of a hook: a bare one, or one whose link Sluice pinned.",
      "  sluice detach --from xdp:eth0"
    },
    mixinStandardHelpOptions = true)
public final class DetachCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description =
          "A program's name, id:N, link:N or the path of a pin; may be left out where there is"
              + " only one program.")
  private @Nullable String target;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "HOOK",
      description = "Where: " + HookAddress.FORMS)
  private String from = "";

  @Option(names = "--all-mine", description = "Everything whose link Sluice pinned.")
  private boolean allMine;

  @Option(
      names = "--expect",
      paramLabel = "REV",
      description = "For a bare program: only if the chain has this revision.")
  private long expect;

  /** The command for one session. */
  public DetachCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (target != null && allMine) {
      throw new InvalidInput("command line", 0, 0, "expected either TARGET or --all-mine");
    }
    HookAddress address = HookAddress.parse(from);
    Detachment detachment = new Detachment(session, address.in(session.datapath()), address.mode());
    if (allMine) {
      detachment.allMine();
    } else {
      detachment.one(target, expect);
    }
    return ExitCode.OK;
  }
}
