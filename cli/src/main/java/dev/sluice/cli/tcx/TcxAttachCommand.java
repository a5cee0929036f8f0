package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.attach.Attachment;
import dev.sluice.cli.attach.AttachmentOptions;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.chain.AttachMode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice tcx attach}: puts a program into a chain, or leaves everything as it was. */
@Command(
    name = "attach",
    description = {
      "Attach a program to a device's chain.",
      "Its link is pinned below /sys/fs/bpf/sluice/links, so that it outlives the command."
    },
    mixinStandardHelpOptions = true)
public final class TcxAttachCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final HookParameters hook = new HookParameters();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "PROGRAM",
      description =
          "A .o, .bpfasm, .java or .class file, a .jar, the path of a pinned program, or id:N.")
  private String program = "";

  @Option(
      names = "--mode",
      paramLabel = "auto|tcx|tc",
      description = "TCX, the classic hook, or TCX where it is there: the default.")
  private AttachMode mode = AttachMode.AUTO;

  @Mixin private final AttachmentOptions options = new AttachmentOptions();

  /** The command for one session. */
  public TcxAttachCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ProgramSource source = options.source(program);
    new Attachment(session, hook.at(session.datapath()), mode, options).make(source);
    return ExitCode.OK;
  }
}
