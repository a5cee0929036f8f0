package dev.sluice.cli.tcx;

import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.attach.OwnLink;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Program;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      names = "--program",
      paramLabel = "NAME",
      description = "Which of the file's programs, if it holds several.")
  private @Nullable String name;

  @Option(
      names = "--expect-program",
      paramLabel = "id:N",
      description = "Only if this program is the one that is attached.")
  private @Nullable String expected;

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
  public TcxUpdateCommand(Session session) {
    this.session = session;
  }

  /**
   * What was replaced.
   *
   * @param device the device
   * @param direction which packets it sees
   * @param position the place in the chain
   * @param previousId the number of the program that was there
   * @param id the number of the program that is there
   * @param name its name
   * @param tag its tag
   * @param link the link's number; null without one
   */
  record Updated(
      String device,
      String direction,
      int position,
      int previousId,
      int id,
      String name,
      String tag,
      @Nullable Integer link) {}

  @Override
  public Integer call() {
    Datapath datapath = session.datapath();
    AttachPoint.Tcx at = hook.at(datapath);
    ChainTarget wanted = ChainTarget.parse(target);
    ProgramSource source = ProgramSource.parse(program);
    Chain chain = datapath.chain(at, mode);
    ChainState state = chain.query();
    ChainEntry entry = ChainTarget.find(wanted, datapath, state);
    Integer expectedId = expected == null ? null : expectedId(expected);
    if (entry.hasLink() && expect != 0) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a link is updated whatever the revision: use --expect-program instead of --expect");
    }
    if (!entry.hasLink() && expectedId != null && expectedId != entry.programId()) {
      throw new Refusal(
          "program id:"
              + entry.programId()
              + " is attached there, not the expected id:"
              + expectedId);
    }
    Updated updated;
    if (entry.hasLink()) {
      try (OwnLink own = OwnLink.open(datapath, session.pins(), at, wanted, entry);
          OpenedProgram opened = ProgramSource.open(source, datapath, name)) {
        if (expectedId == null) {
          own.link().update(opened.program());
        } else {
          try (Program old = datapath.programs().open(expectedId)) {
            own.link().update(opened.program(), old);
          }
        }
        updated = updated(at, state, entry, opened);
      }
    } else {
      try (Program old = datapath.programs().open(entry.programId());
          OpenedProgram opened = ProgramSource.open(source, datapath, name)) {
        chain.replaceProgram(old, opened.program(), expect);
        updated = updated(at, state, entry, opened);
      }
    }
    session
        .output()
        .print(
            updated,
            output ->
                output.line(
                    "updated position "
                        + updated.position()
                        + " of "
                        + at
                        + ": "
                        + updated.name()
                        + " (id "
                        + updated.id()
                        + ", tag "
                        + updated.tag()
                        + ") runs in place of id "
                        + updated.previousId()));
    return ExitCode.OK;
  }

  private static int expectedId(String text) {
    if (ChainTarget.parse(text) instanceof ChainTarget.ByProgram(int id)) {
      return id;
    }
    throw new InvalidInput(
        "command line", 0, 0, "expected id:N behind --expect-program, found " + text);
  }

  private static Updated updated(
      AttachPoint.Tcx at, ChainState state, ChainEntry entry, OpenedProgram opened) {
    var info = opened.program().info();
    return new Updated(
        at.device().name(),
        at.direction().toString(),
        state.entries().indexOf(entry),
        entry.programId(),
        info.id(),
        opened.name(),
        info.tag(),
        entry.hasLink() ? entry.linkId() : null);
  }
}
