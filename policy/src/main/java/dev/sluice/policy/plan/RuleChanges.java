package dev.sluice.policy.plan;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.plan.Seats.Taken;
import dev.sluice.policy.rule.Generation;
import dev.sluice.policy.rule.RuleTables;
import dev.sluice.policy.step.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From the rules that are in force to those that are to be. A new version of them is loaded aside;
 * then each hook's program is exchanged for that of the new version, hooks that have none get it,
 * and those that are to have none lose it. Whoever is cut off in between leaves hooks of both
 * versions, each of which judges packets as a whole.
 */
final class RuleChanges {
  private final Datapath datapath;
  private final Seats seats;
  private final InForce before;
  private final RuleTables rules;
  private final AttachMode mode;
  private final List<AutoCloseable> held;
  private final List<Step> steps = new ArrayList<>();
  private final List<PlanFinding> findings = new ArrayList<>();
  private final SortedSet<Integer> clsact = new TreeSet<>();
  private final Set<Seat> wanted;
  private final String fingerprint;
  private boolean same;
  private @Nullable Generation generation;

  private RuleChanges(
      Datapath datapath,
      Seats seats,
      InForce before,
      RuleTables rules,
      AttachMode mode,
      List<AutoCloseable> held) {
    this.datapath = datapath;
    this.seats = seats;
    this.before = before;
    this.rules = rules;
    this.mode = mode;
    this.held = held;
    wanted = wanted(rules);
    fingerprint = wanted.isEmpty() ? InForce.NONE.fingerprint() : rules.fingerprint();
  }

  /**
   * Compares.
   *
   * @param before what was put in force last
   * @param taken all seats of ours that are taken
   * @param rules what is to be in force
   * @param mode the hook that programs go to
   * @param held gets what must stay open for as long as steps may be undone
   */
  static RuleChanges of(
      Datapath datapath,
      Seats seats,
      InForce before,
      List<Taken> taken,
      RuleTables rules,
      AttachMode mode,
      List<AutoCloseable> held) {
    RuleChanges changes = new RuleChanges(datapath, seats, before, rules, mode, held);
    changes.compare(taken);
    return changes;
  }

  private void compare(List<Taken> taken) {
    Map<Seat, Taken> there = new LinkedHashMap<>();
    List<Taken> extra = new ArrayList<>();
    for (Taken one : taken) {
      if (one.seat().role().equals(Seat.RULES)) {
        boolean usable = one.mode() == mode && one.program() != 0;
        if (!usable || there.putIfAbsent(one.seat(), one) != null) {
          extra.add(one);
        }
      }
    }
    same =
        before.fingerprint().equals(fingerprint)
            && wanted.stream().allMatch(seat -> isCurrent(there.get(seat)));
    if (!same && !wanted.isEmpty()) {
      load();
      wanted.forEach(seat -> put(seat, there.get(seat)));
    }
    Set<Integer> ours = new HashSet<>();
    taken.forEach(one -> ours.add(one.program()));
    there.forEach(
        (seat, one) -> {
          if (wanted.contains(seat)) {
            warnOfOthers(one, ours);
          } else {
            extra.add(one);
          }
        });
    extra.forEach(this::remove);
    clsact.addAll(before.clsact());
    removeClsact();
  }

  private static Set<Seat> wanted(RuleTables rules) {
    Set<Seat> wanted = new LinkedHashSet<>();
    for (RuleTables.Place place : rules.places()) {
      wanted.add(new Seat(place.device(), place.direction(), Seat.RULES));
    }
    return wanted;
  }

  private boolean isCurrent(@Nullable Taken taken) {
    return taken != null && before.programs().contains(taken.program());
  }

  private void load() {
    steps.add(
        Step.hitless(
            "",
            "load the rules (hooks: %d, entries: %d, prefixes: %d)"
                .formatted(wanted.size(), rules.size(), rules.prefixes()),
            () -> generation = held(Generation.load(datapath, rules, inherited())),
            () -> {}));
  }

  private Generation held(Generation made) {
    held.add(made);
    return made;
  }

  /** The maps of the version before. */
  private Map<String, BpfMap> inherited() {
    Map<String, BpfMap> maps = new LinkedHashMap<>();
    for (int id : before.programs()) {
      try (Program program = datapath.programs().open(id)) {
        for (int map : program.info().mapIds()) {
          BpfMap open = datapath.maps().open(map);
          if (!Generation.isHandedOn(open.info().name())
              || maps.putIfAbsent(open.info().name(), open) != null) {
            open.close();
          }
        }
      } catch (NotFound e) {
        // nobody has it in place any more
      }
    }
    return maps;
  }

  private void put(Seat seat, @Nullable Taken there) {
    Supplier<Program> program = () -> generation().program(seat.direction());
    String title = seats.title(seat);
    if (there != null) {
      steps.add(seats.exchange(there, program, "exchange the rules at " + title));
      return;
    }
    steps.add(
        seats.attach(
            seat,
            mode,
            Anchor::head,
            program,
            "put the rules in place at %s (%s)".formatted(title, mode.title())));
    Device device = seats.device(seat);
    if (mode == AttachMode.TC && device != null && !Clsact.isAt(datapath, device)) {
      clsact.add(seat.device());
    }
  }

  private Generation generation() {
    if (generation == null) {
      throw new IllegalStateException("the rules are not loaded");
    }
    return generation;
  }

  private void remove(Taken taken) {
    steps.add(
        seats.remove(taken, Anchor::head, "take the rules out at " + seats.title(taken.seat())));
  }

  /** A clsact qdisc that was made for rules goes with them. */
  private void removeClsact() {
    for (int index : before.clsact()) {
      Device device = seats.device(new Seat(index, Direction.INGRESS, Seat.RULES));
      boolean used =
          mode == AttachMode.TC && wanted.stream().anyMatch(seat -> seat.device() == index);
      if (device == null || !used) {
        clsact.remove(index);
      }
      if (device != null && !used) {
        steps.add(Clsact.removal(datapath, device));
      }
    }
  }

  private void warnOfOthers(Taken taken, Set<Integer> ours) {
    ChainNames chain = seats.chainNames(taken.seat(), taken.mode());
    List<String> ahead = chain.ahead(taken.program(), ours);
    if (!ahead.isEmpty()) {
      String title = seats.title(taken.seat());
      findings.add(
          PlanFinding.warning(
              title,
              "at %s, somebody else's %s before the rules, and may let packets pass them by"
                  .formatted(
                      title,
                      ahead.size() == 1
                          ? "program " + ahead.getFirst() + " runs"
                          : "programs " + String.join(", ", ahead) + " run")));
    }
  }

  /** Where rules are to be. */
  Set<Seat> wanted() {
    return wanted;
  }

  List<Step> steps() {
    return steps;
  }

  List<PlanFinding> findings() {
    return findings;
  }

  /** What is in force when the steps were done. */
  InForce after() {
    if (wanted.isEmpty()) {
      return new InForce(
          fingerprint, mode, new TreeSet<>(), new TreeMap<>(), before.own(), new TreeSet<>());
    }
    if (same) {
      return before;
    }
    SortedSet<Integer> programs = new TreeSet<>();
    for (Direction direction : Direction.values()) {
      programs.add(generation().program(direction).info().id());
    }
    return new InForce(fingerprint, mode, programs, rules.names(), before.own(), clsact);
  }

  /** The rules that were loaded; null if none had to be. */
  @Nullable Generation loaded() {
    return generation;
  }
}
