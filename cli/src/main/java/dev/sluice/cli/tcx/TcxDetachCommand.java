package dev.sluice.cli.tcx;

import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.attach.OwnLink;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Session;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * What was taken out.
   *
   * @param device the device
   * @param direction which packets it saw
   * @param id the program's number
   * @param name its name; null where the caller may not know
   * @param link the link's number; null without one
   */
  record Detached(
      String device, String direction, int id, @Nullable String name, @Nullable Integer link) {}

  @Override
  public Integer call() {
    if ((target == null) != allMine) {
      throw new InvalidInput(
          "command line", 0, 0, "expected what to take out: a TARGET, or --all-mine instead");
    }
    Datapath datapath = session.datapath();
    AttachPoint.Tcx at = hook.at(datapath);
    Chain chain = datapath.chain(at, mode);
    ChainState state = chain.query();
    List<Detached> detached = new ArrayList<>();
    if (target != null) {
      ChainTarget wanted = ChainTarget.parse(target);
      ChainEntry entry = ChainTarget.find(wanted, datapath, state);
      detached.add(detach(datapath, at, chain, wanted, entry));
    } else {
      for (ChainEntry entry : state.entries()) {
        if (entry.hasLink() && isMine(datapath, entry)) {
          ChainTarget mine = new ChainTarget.ByLink(entry.linkId());
          detached.add(detach(datapath, at, chain, mine, entry));
        }
      }
    }
    session
        .output()
        .print(
            detached,
            output -> {
              for (Detached one : detached) {
                String name = one.name() == null ? "" : one.name() + " ";
                output.line("detached " + name + "(id " + one.id() + ") from " + at);
              }
              if (detached.isEmpty()) {
                output.line("nothing of Sluice's is attached to " + at);
              }
            });
    return ExitCode.OK;
  }

  private boolean isMine(Datapath datapath, ChainEntry entry) {
    PinLayout layout = session.pins();
    List<Path> pins = datapath.links().holders(entry.linkId()).pins();
    return pins.stream().anyMatch(layout::owns);
  }

  private Detached detach(
      Datapath datapath, AttachPoint.Tcx at, Chain chain, ChainTarget wanted, ChainEntry entry) {
    ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
    if (entry.hasLink()) {
      try (OwnLink own = OwnLink.open(datapath, session.pins(), at, wanted, entry)) {
        own.detach(session.pins());
      }
    } else {
      try (Program program = datapath.programs().open(entry.programId())) {
        chain.detachProgram(program, expect);
      }
    }
    return new Detached(
        at.device().name(),
        at.direction().toString(),
        entry.programId(),
        info == null ? null : info.name(),
        entry.hasLink() ? entry.linkId() : null);
  }
}
