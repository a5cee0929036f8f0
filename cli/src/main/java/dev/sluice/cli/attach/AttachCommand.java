package dev.sluice.cli.attach;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.HookAddress;
import dev.sluice.cli.prog.ProgramSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice attach}: puts a program at a hook of any kind. */
@Command(
    name = "attach",
    description = {
      "Attach a program to a hook: TCX, the classic hook, XDP, a control group or netkit.",
      "  sluice attach count.o --to tcx:eth0/ingress",
      "Its link is pinned below /sys/fs/bpf/sluice/links, so that it outlives the command."
    },
    mixinStandardHelpOptions = true)
public final class AttachCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROGRAM",
      description =
          "A .o, .bpfasm, .java or .class file, a .jar, the path of a pinned program, or id:N.")
  private String program = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HOOK",
      description = "Where: " + HookAddress.FORMS)
  private String to = "";

  @Mixin private final AttachmentOptions options = new AttachmentOptions();

  /** The command for one session. */
  public AttachCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ProgramSource source = options.source(program);
    HookAddress address = HookAddress.parse(to);
    new Attachment(session, address.in(session.datapath()), address.mode(), options).make(source);
    return ExitCode.OK;
  }
}
