package dev.sluice.cli.tcx;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.DefunctLink;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice tcx prune}: removes pins that Sluice made for devices that are gone. */
@Command(
    name = "prune",
    description = "Remove Sluice's own pins of links that lost their device, in all namespaces.",
    mixinStandardHelpOptions = true)
public final class TcxPruneCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--dry-run", description = "Only say which.")
  private boolean dryRun;

  /** The command for one session. */
  public TcxPruneCommand(Session session) {
    this.session = session;
  }

  /**
   * A pin that was removed.
   *
   * @param pin where it was
   * @param device the device it was for
   * @param direction which packets it saw
   * @param program the program's name
   */
  record Pruned(String pin, String device, String direction, String program) {}

  @Override
  public Integer call() {
    PinLayout layout = session.pins();
    List<PinLayout.LinkPin> defunct = DefunctLink.pins(session.datapath(), layout);
    if (!dryRun) {
      defunct.forEach(pin -> layout.removeLink(pin.path()));
    }
    List<Pruned> pruned =
        defunct.stream()
            .map(
                pin ->
                    new Pruned(
                        pin.path().toString(),
                        pin.place(),
                        pin.direction().toString(),
                        pin.program()))
            .toList();
    session
        .output()
        .print(
            pruned,
            output -> {
              String done = dryRun ? "would remove " : "removed ";
              pruned.forEach(one -> output.line(done + one.pin()));
              if (pruned.isEmpty()) {
                output.line("nothing to remove");
              }
            });
    return ExitCode.OK;
  }
}
