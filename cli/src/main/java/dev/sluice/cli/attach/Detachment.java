package dev.sluice.cli.attach;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
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
import org.jspecify.annotations.Nullable;

/** Takes programs out of a chain: bare ones, and those whose link is Sluice's own. */
public final class Detachment {
  private final Session session;
  private final Datapath datapath;
  private final Chain chain;
  private final ChainState state;
  private final AttachPoint at;

  /**
   * Looks at the chain that programs are to be taken out of.
   *
   * @param mode for a TCX chain, whether to fall back on the classic hook
   */
  public Detachment(Session session, AttachPoint at, AttachMode mode) {
    this.session = session;
    datapath = session.datapath();
    chain = datapath.chain(at, mode);
    state = chain.query();
    this.at = Attached.placeOf(state);
  }

  /**
   * What was taken out.
   *
   * @param at the attach point
   * @param device the device; null at a control group
   * @param direction which packets it saw
   * @param id the program's number
   * @param name its name; null where the caller may not know
   * @param link the link's number; null without one
   */
  record Detached(
      String at,
      @Nullable String device,
      String direction,
      int id,
      @Nullable String name,
      @Nullable Integer link) {}

  /**
   * Takes out what a person named.
   *
   * @param target how the person named it; null for the only program that there is
   * @param expectedRevision for a bare program, the revision that the chain must have; 0 for any
   */
  public void one(@Nullable String target, long expectedRevision) {
    ChainTarget wanted = target == null ? theOnlyOne() : ChainTarget.parse(target);
    ChainEntry entry = ChainTarget.find(wanted, datapath, state);
    print(List.of(detach(wanted, entry, expectedRevision)));
  }

  private ChainTarget theOnlyOne() {
    int programs = state.entries().size();
    if (programs == 0) {
      throw new NotFound("program", "at " + at + ", which holds none");
    }
    if (programs > 1) {
      throw new InvalidInput(
          "command line", 0, 0, at + " holds " + programs + " programs: say which, or --all-mine");
    }
    return new ChainTarget.ByProgram(state.entries().getFirst().programId());
  }

  /** Takes out everything whose link Sluice pinned. */
  public void allMine() {
    List<Detached> detached = new ArrayList<>();
    for (ChainEntry entry : state.entries()) {
      if (entry.hasLink() && isMine(entry)) {
        detached.add(detach(new ChainTarget.ByLink(entry.linkId()), entry, 0));
      }
    }
    print(detached);
  }

  private boolean isMine(ChainEntry entry) {
    PinLayout layout = session.pins();
    List<Path> pins = datapath.links().holders(entry.linkId()).pins();
    return pins.stream().anyMatch(layout::owns);
  }

  private Detached detach(ChainTarget wanted, ChainEntry entry, long expectedRevision) {
    ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
    if (entry.hasLink()) {
      try (OwnLink own = OwnLink.open(datapath, session.pins(), at, wanted, entry)) {
        own.detach(session.pins());
      }
    } else {
      try (Program program = datapath.programs().open(entry.programId())) {
        chain.detachProgram(program, expectedRevision);
      }
    }
    JumpTables.detached(entry.programId(), datapath, session.pins());
    return new Detached(
        at.toString(),
        Attached.deviceOf(at),
        at.direction().toString(),
        entry.programId(),
        info == null ? null : info.name(),
        entry.hasLink() ? entry.linkId() : null);
  }

  private void print(List<Detached> detached) {
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
  }
}
