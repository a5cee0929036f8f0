package dev.sluice.cli.attach;

import dev.sluice.cli.Refusal;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.prog.OpenedProgram;
import dev.sluice.cli.prog.ProgramOptions;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts another program in the place of one, without a moment in which neither runs. */
public final class Replacement {
  private final Session session;
  private final Options options;
  private final Datapath datapath;
  private final Chain chain;

  /** What all commands that replace a program have in common. */
  public static final class Options {
    @Mixin private final ProgramOptions program = new ProgramOptions();

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

    /** The program that is meant by a parameter. */
    public ProgramSource source(String named) {
      return program.source(named);
    }
  }

  /**
   * A replacement that is to be made.
   *
   * @param mode for a TCX chain, whether to fall back on the classic hook
   */
  public Replacement(Session session, AttachPoint at, AttachMode mode, Options options) {
    this.session = session;
    this.options = options;
    datapath = session.datapath();
    chain = datapath.chain(at, mode);
  }

  /**
   * What was replaced.
   *
   * @param at the attach point
   * @param device the device; null at a control group
   * @param direction which packets it sees
   * @param position the place in the chain
   * @param previousId the number of the program that was there
   * @param id the number of the program that is there
   * @param name its name
   * @param tag its tag
   * @param link the link's number; null without one
   */
  record Replaced(
      String at,
      @Nullable String device,
      String direction,
      int position,
      int previousId,
      int id,
      String name,
      String tag,
      @Nullable Integer link) {}

  /** Makes it, and tells of it. */
  public void make(ChainTarget target, ProgramSource source) {
    ChainState state = chain.query();
    ChainEntry entry = ChainTarget.find(target, datapath, state);
    Integer expected = options.expected == null ? null : expectedId(options.expected);
    if (entry.hasLink() && options.expect != 0) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "a link is updated whatever the revision: use --expect-program instead of --expect");
    }
    if (!entry.hasLink() && expected != null && expected != entry.programId()) {
      throw new Refusal(
          "program id:%d is attached there, not the expected id:%d"
              .formatted(entry.programId(), expected));
    }
    Replaced replaced;
    if (entry.hasLink()) {
      try (OwnLink own =
              OwnLink.open(datapath, session.pins(), Attached.placeOf(state), target, entry);
          OpenedProgram opened = ProgramSource.open(source, datapath, options.program.name);
          Rollback rollback = new Rollback()) {
        JumpTables.pin(opened, session.pins(), rollback);
        update(own, opened, expected);
        rollback.keep();
        replaced = replaced(state, entry, opened);
      }
    } else {
      try (Program old = datapath.programs().open(entry.programId());
          OpenedProgram opened = ProgramSource.open(source, datapath, options.program.name);
          Rollback rollback = new Rollback()) {
        JumpTables.pin(opened, session.pins(), rollback);
        chain.replaceProgram(old, opened.program(), options.expect);
        rollback.keep();
        replaced = replaced(state, entry, opened);
      }
    }
    JumpTables.detached(entry.programId(), datapath, session.pins());
    session
        .output()
        .print(
            replaced,
            output ->
                output.line(
                    "updated position %d of %s: %s (id %d, tag %s) runs in place of id %d"
                        .formatted(
                            replaced.position(),
                            replaced.at(),
                            replaced.name(),
                            replaced.id(),
                            replaced.tag(),
                            replaced.previousId())));
  }

  private void update(OwnLink own, OpenedProgram opened, @Nullable Integer expected) {
    if (expected == null) {
      own.link().update(opened.program());
    } else {
      try (Program old = datapath.programs().open(expected)) {
        own.link().update(opened.program(), old);
      }
    }
  }

  private static int expectedId(String text) {
    if (ChainTarget.parse(text) instanceof ChainTarget.ByProgram(int id)) {
      return id;
    }
    throw new InvalidInput(
        "command line", 0, 0, "expected id:N behind --expect-program, found " + text);
  }

  private static Replaced replaced(ChainState state, ChainEntry entry, OpenedProgram opened) {
    AttachPoint at = Attached.placeOf(state);
    ProgramInfo info = opened.program().info();
    return new Replaced(
        at.toString(),
        Attached.deviceOf(at),
        at.direction().toString(),
        state.entries().indexOf(entry),
        entry.programId(),
        info.id(),
        opened.name(),
        info.tag(),
        entry.hasLink() ? entry.linkId() : null);
  }
}
