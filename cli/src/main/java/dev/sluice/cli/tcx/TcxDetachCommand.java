package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.attach.Detachment;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx detach}: takes out what Sluice attached, or a bare program by its name. */
@Command(
    name = "detach",
    description = {
      "Take a program out of a device's chain.",
      "Links that Sluice did not pin belong to somebody else and are refused."
    },
    mixinStandardHelpOptions = true)
public final class TcxDetachCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final HookParameters hook = new HookParameters();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "TARGET",
      description = "A program's name in the chain, id:N, link:N or a pin.")
  private @Nullable String target;

  @Option(names = "--all-mine", description = "Everything whose link Sluice pinned.")
  private boolean allMine;

  @Option(
      names = "--expect",
      paramLabel = "REV",
      description = "For a bare program: only if the chain has this revision.")
  private long expect;

  @Option(
      names = "--mode",
      paramLabel = "auto|tcx|tc",
      description = "TCX, the classic hook, or TCX where it is there: the default.")
  private AttachMode mode = AttachMode.AUTO;

  /** The command for one session. */
  public TcxDetachCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if ((target == null) != allMine) {
      throw new InvalidInput(
          "command line", 0, 0, "expected what to take out: a TARGET, or --all-mine instead");
    }
    Detachment detachment = new Detachment(session, hook.at(session.datapath()), mode);
    if (allMine) {
      detachment.allMine();
    } else {
      detachment.one(target, expect);
    }
    return ExitCode.OK;
  }
}
