package dev.sluice.cli.explain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.ChainReader;
import dev.sluice.cli.prog.TracedRun;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Passage;
import dev.sluice.packet.FrameSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One packet's way: XDP, the TCX chain, the classic filters, and for one that leaves the queue; in
 * the order of {@code __netif_receive_skb_core} and {@code __dev_queue_xmit} in {@code
 * net/core/dev.c}.
 */
final class Walk {
  private static final int OK = 0;
  private static final int SHOT = 2;
  private static final int REDIRECT = 7;
  private static final int XDP_PASS = 2;
  private static final int XDP_TX = 3;
  private static final int XDP_REDIRECT = 4;

  private final Device device;
  private final Direction direction;
  private final ChainReader chains;
  private final ProgramRuns programs;
  private final FilterWalk filters;
  private final QueueWalk queue;
  private final Traveller traveller;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> unseen = new ArrayList<>();
  private @Nullable End end;

  /** How it ended, by whom, and whether that is certain. */
  record End(String how, @Nullable String by, boolean known) {}

  /**
   * A walk that is to be made.
   *
   * @param chains reads the chains of programs
   * @param programs runs them
   * @param filters asks the classic filters
   * @param queue finds the class
   */
  Walk(
      Device device,
      Direction direction,
      ChainReader chains,
      ProgramRuns programs,
      FilterWalk filters,
      QueueWalk queue,
      byte[] packet) {
    this.device = device;
    this.direction = direction;
    this.chains = chains;
    this.programs = programs;
    this.filters = filters;
    this.queue = queue;
    traveller = new Traveller(packet, device.index(), direction == Direction.INGRESS);
  }

  /** Makes it. */
  Journey go() {
    String summary = FrameSummary.of(traveller.packet(), 0, traveller.packet().length);
    if (direction == Direction.INGRESS) {
      xdp();
    }
    boolean toFilters = tcx();
    AttachPoint.Clsact classic = new AttachPoint.Clsact(device, direction);
    if (end == null && toFilters) {
      end = filters.ask(classic, traveller, steps, unseen);
    } else {
      unseen.addAll(filters.titles(classic));
    }
    if (end == null && direction == Direction.EGRESS) {
      end = queue.find(device, traveller, filters, steps);
    }
    End last = end == null ? new End("passes to the host", null, true) : end;
    return new Journey(
        summary,
        device.name(),
        direction.toString(),
        steps,
        last.how(),
        last.by(),
        last.known(),
        unseen);
  }

  private void xdp() {
    for (AttachPoint.Xdp.Mode mode : AttachPoint.Xdp.Mode.values()) {
      if (mode == AttachPoint.Xdp.Mode.ANY || end != null) {
        continue;
      }
      AttachPoint at = new AttachPoint.Xdp(device, mode);
      for (ChainListing.Entry program : chains.find(at)) {
        TracedRun run = run(at, program, ProgramType.XDP);
        if (run != null) {
          traveller.takeXdp(run);
          judgeXdp(run.verdict(), program + " at " + at);
        }
      }
    }
  }

  private void judgeXdp(int action, String who) {
    end =
        switch (action) {
          case XDP_PASS -> null;
          case XDP_TX -> new End("sent back out of " + device, who, true);
          case XDP_REDIRECT -> new End("redirected; a test run does not tell where to", who, true);
          default -> new End("dropped", who, true);
        };
  }

  /** Whether packets that got through go on to the classic filters. */
  private boolean tcx() {
    AttachPoint at = new AttachPoint.Tcx(device, direction);
    boolean toFilters = true;
    boolean over = end != null;
    for (ChainListing.Entry program : chains.find(at)) {
      if (over) {
        unseen.add(program + " at " + at);
        continue;
      }
      TracedRun run = run(at, program, ProgramType.SCHED_CLS);
      if (run == null) {
        over = true;
        continue;
      }
      traveller.take(run);
      Passage passage = Passage.of(Hook.TCX, run.verdict());
      over = passage != Passage.NEXT;
      toFilters = passage != Passage.END;
      if (passage == Passage.END) {
        end = ending(run.verdict(), program + " at " + at);
      }
    }
    return toFilters;
  }

  /** What a verdict that ends a chain means; null for one that lets the packet pass. */
  static @Nullable End ending(int verdict, String who) {
    return switch (verdict) {
      case OK -> null;
      case SHOT -> new End("dropped", who, true);
      case REDIRECT -> new End("redirected; a test run does not tell where to", who, true);
      default -> new End("taken over (verdict " + verdict + ")", who, true);
    };
  }

  /** Runs a program and keeps the step; null if it could not be run, which ends the walk. */
  private @Nullable TracedRun run(AttachPoint at, ChainListing.Entry program, ProgramType type) {
    ProgramRuns.Outcome outcome =
        programs.run(program.id(), type, traveller, program.mine(), device.index());
    TracedRun run = outcome.run();
    String who = program + " of " + program.owner();
    if (run == null) {
      steps.add(new Step(at.toString(), who, "", List.of(), outcome.refusal()));
      end = new End("the way ends where a program was not run", program + " at " + at, false);
    } else {
      steps.add(new Step(at.toString(), who, run.verdictText(), run.changes(), null));
    }
    return run;
  }
}
