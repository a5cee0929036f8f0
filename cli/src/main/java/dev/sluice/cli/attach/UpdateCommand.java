package dev.sluice.cli.attach;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.chain.HookAddress;
import dev.sluice.cli.prog.ProgramSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice update}: another program in the same place of a hook of any kind. */
@Command(
    name = "update",
    description =
        "Put another program in the place of one, without a moment in which neither runs.",
    mixinStandardHelpOptions = true)
public final class UpdateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "What to replace: a program's name in the chain, id:N, link:N or a pin.")
  private String target = "";

  @Parameters(
      index = "1",
      paramLabel = "PROGRAM",
      description = "A .o, .bpfasm or .java file, the path of a pinned program, or id:N.")
  private String program = "";

  @Option(
      names = "--at",
      required = true,
      paramLabel = "HOOK",
      description = "Where: " + HookAddress.FORMS)
  private String at = "";

  @Mixin private final Replacement.Options options = new Replacement.Options();

  /** The command for one session. */
  public UpdateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    HookAddress address = HookAddress.parse(at);
    ChainTarget wanted = ChainTarget.parse(target);
    ProgramSource source = options.source(program);
    new Replacement(session, address.in(session.datapath()), address.mode(), options)
        .make(wanted, source);
    return ExitCode.OK;
  }
}
