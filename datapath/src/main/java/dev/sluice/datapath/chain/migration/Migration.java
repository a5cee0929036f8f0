package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.ProgramInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Moves our own programs at a device from the classic hook to its TCX chain, or back. They are the
 * same loaded programs there, with the same maps, in the same order. Each is put to its new hook
 * before it is taken from the old one: a packet meets it once or, for an instant, twice, but never
 * not at all. Whoever is killed in between leaves it so, and another run goes on from there.
 *
 * <p>Programs and filters of others are not touched. A clsact qdisc goes only if this datapath made
 * it.
 */
public final class Migration {
  /** Where programs go. */
  public enum Way {
    /** From the classic hook to TCX. */
    FORTH,
    /** From TCX to the classic hook. */
    BACK
  }

  private final List<Step> steps = new ArrayList<>();
  private final Findings findings = new Findings();

  /**
   * Looks at a device; changes nothing.
   *
   * @param datapath where it is
   * @param pins where our links are pinned
   * @param device the device
   * @param way where programs go
   * @param policies whether a program of ours is a policy's, which moves its programs itself
   * @throws dev.sluice.datapath.Unsupported if the datapath has no TCX
   */
  public Migration(
      Datapath datapath, LinkPins pins, Device device, Way way, Predicate<ProgramInfo> policies) {
    for (Direction direction : Direction.values()) {
      Place place = new Place(datapath, pins, new AttachPoint.Tcx(device, direction), policies);
      switch (way) {
        case FORTH -> new Forth(place, findings).plan(steps);
        case BACK -> new Back(place, findings).plan(steps);
      }
    }
  }

  /** What is done, in order, one sentence each. */
  public List<String> steps() {
    return steps.stream().map(Step::sentence).toList();
  }

  /** Why it cannot be done; empty if it can. */
  public List<String> forbidden() {
    return findings.forbidden();
  }

  /** Which programs of others would run before ours instead of behind them, or the other way. */
  public List<String> reordered() {
    return findings.reordered();
  }

  /** Which programs can return what means something else at the other hook, and what. */
  public List<String> reinterpreted() {
    return findings.reinterpreted();
  }

  /** Of which programs it could not be found out what they return. */
  public List<String> unknown() {
    return findings.unknown();
  }

  /** Which programs are left where they are because they are policies'. */
  public List<String> policies() {
    return findings.policies();
  }

  /**
   * Does it. If a step fails, those before it are undone, newest first.
   *
   * @throws IllegalStateException if something forbids it
   */
  public void run() {
    if (!forbidden().isEmpty()) {
      throw new IllegalStateException(String.join("; ", forbidden()));
    }
    Deque<Step> done = new ArrayDeque<>();
    for (Step step : steps) {
      try {
        step.run().run();
        done.push(step);
      } catch (RuntimeException e) {
        for (Step undone : done) {
          try {
            undone.undo().run();
          } catch (RuntimeException also) {
            e.addSuppressed(also);
          }
        }
        throw e;
      }
    }
  }
}
