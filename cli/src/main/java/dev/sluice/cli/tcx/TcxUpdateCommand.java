package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.attach.Replacement;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.chain.AttachMode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx update}: another program in the same place of a chain. */
@Command(
    name = "update",
    description =
        "Put another program in the place of one, without a moment in which neither runs.",
    mixinStandardHelpOptions = true)
public final class TcxUpdateCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final HookParameters hook = new HookParameters();

  @Parameters(
      index = "2",
      paramLabel = "TARGET",
      description = "What to replace: a program's name in the chain, id:N, link:N or a pin.")
  private String target = "";

  @Parameters(
      index = "3",
      paramLabel = "PROGRAM",
      description = "A .o, .bpfasm or .java file, the path of a pinned program, or id:N.")
  private String program = "";

  @Option(
      names = "--mode",
      paramLabel = "auto|tcx|tc",
      description = "TCX, the classic hook, or TCX where it is there: the default.")
  private AttachMode mode = AttachMode.AUTO;

  @Mixin private final Replacement.Options options = new Replacement.Options();

  /** The command for one session. */
  public TcxUpdateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ChainTarget wanted = ChainTarget.parse(target);
    ProgramSource source = options.source(program);
    new Replacement(session, hook.at(session.datapath()), mode, options).make(wanted, source);
    return ExitCode.OK;
  }
}
