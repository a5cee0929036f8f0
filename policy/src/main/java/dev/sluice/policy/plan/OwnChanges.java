package dev.sluice.policy.plan;

import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.program.Program;
import dev.sluice.policy.plan.InForce.Own;
import dev.sluice.policy.plan.Seats.Taken;
import dev.sluice.policy.spec.OwnProgram.IfImpossible;
import dev.sluice.policy.step.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * From the user's own programs that are in place to those that are to be. The order in a chain is
 * worked out when the plan is made, and again when the program is put there.
 */
final class OwnChanges {
  private final Seats seats;
  private final AttachMode mode;
  private final OwnPrograms programs;
  private final SortedMap<String, Own> before;
  private final Map<Seat, List<String>> chains = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<PlanFinding> findings = new ArrayList<>();
  private final Map<String, Coming> coming = new LinkedHashMap<>();
  private final SortedMap<String, Own> stay = new TreeMap<>();

  /** A program that is put in a seat, with what tells its version from another. */
  private record Coming(String version, Supplier<Program> program) {}

  /**
   * Of a host.
   *
   * @param programs opens programs
   * @param mode the hook that programs go to
   * @param before what was put in place last, by its seats' names
   */
  OwnChanges(Seats seats, OwnPrograms programs, AttachMode mode, SortedMap<String, Own> before) {
    this.seats = seats;
    this.programs = programs;
    this.mode = mode;
    this.before = before;
  }

  /**
   * Compares.
   *
   * @param wanted all that are to be in place
   * @param taken all seats of ours that are taken
   * @param rules where the rules are to be when this begins
   */
  void compare(List<OwnSeat> wanted, List<Taken> taken, Set<Seat> rules) {
    Map<Seat, Taken> there = new LinkedHashMap<>();
    for (Taken one : taken) {
      if (one.seat().isOwn() && one.mode() == mode && one.program() != 0) {
        there.put(one.seat(), one);
      }
    }
    for (OwnSeat own : wanted) {
      List<String> chain = chain(own.seat(), rules);
      Taken one = there.remove(own.seat());
      if (one == null) {
        attach(own, chain);
      } else {
        keepOrExchange(own, one, chain);
      }
    }
    taken.stream()
        .filter(one -> one.seat().isOwn())
        .filter(one -> there.containsKey(one.seat()) || one.mode() != mode || one.program() == 0)
        .forEach(
            one ->
                steps.add(
                    seats.remove(
                        one,
                        Anchor::tail,
                        "take program %s out at %s"
                            .formatted(one.seat().role(), seats.title(one.seat())))));
  }

  /** The names in a chain as it will be when the rules are in place. */
  private List<String> chain(Seat seat, Set<Seat> rules) {
    Seat ofRules = new Seat(seat.device(), seat.direction(), Seat.RULES);
    return chains.computeIfAbsent(
        ofRules,
        _ -> {
          List<String> names = new ArrayList<>(seats.chainNames(seat, mode).names());
          String own = Seats.ruleProgram(seat.direction());
          if (rules.contains(ofRules) && !names.contains(own)) {
            names.addFirst(own);
          }
          return names;
        });
  }

  private void keepOrExchange(OwnSeat own, Taken there, List<String> chain) {
    String key = own.seat().name();
    Own known = before.get(key);
    String version = own.policy().kept() && known != null ? known.version() : version(own);
    if (known != null && known.version().equals(version) && known.program() == there.program()) {
      stay.put(key, known);
      int index = seats.chainNames(own.seat(), mode).index(there.program());
      String misplaced = index < 0 ? null : own.order().misplaced(chain, index);
      if (misplaced != null) {
        findings.add(
            PlanFinding.warning(
                seats.title(own.seat()),
                "%s at %s: %s; delete the policy and apply it again, or ask whoever moved it"
                    .formatted(own.title(), seats.title(own.seat()), misplaced)));
      }
      return;
    }
    programs.name(own); // finds out before anything is changed whether there is such a program
    Coming next = new Coming(version, () -> programs.open(own));
    coming.put(key, next);
    steps.add(
        seats.exchange(
            there,
            next.program(),
            "exchange %s at %s".formatted(own.title(), seats.title(own.seat()))));
  }

  private void attach(OwnSeat own, List<String> chain) {
    Own known = before.get(own.seat().name());
    if (known != null && own.policy().kept() && programs.isLoaded(known.program())) {
      put(own, new Coming(known.version(), () -> programs.open(known.program())));
      return;
    }
    if (own.policy().kept()) {
      findings.add(
          PlanFinding.warning(
              seats.title(own.seat()),
              own.title() + " is not in place at " + seats.title(own.seat()) + "; apply it again"));
      return;
    }
    ChainOrder.Place place = own.order().in(chain);
    String clash = place.clash();
    if (clash != null) {
      String title = seats.title(own.seat());
      boolean blocking = own.ifImpossible() == IfImpossible.FAIL;
      String told = own.told(title, clash);
      findings.add(blocking ? PlanFinding.blocking(title, told) : PlanFinding.warning(title, told));
      if (own.ifImpossible() != IfImpossible.LAST) {
        return;
      }
    }
    chain.add(place.index(), programs.name(own));
    put(own, new Coming(version(own), () -> programs.open(own)));
  }

  private void put(OwnSeat own, Coming next) {
    coming.put(own.seat().name(), next);
    steps.add(
        seats.attach(
            own.seat(),
            mode,
            () -> seats.anchor(own.seat(), mode, own.order()),
            next.program(),
            "put %s in place at %s (%s)"
                .formatted(own.title(), seats.title(own.seat()), mode.title())));
  }

  private static String version(OwnSeat own) {
    try {
      return own.version();
    } catch (IOException e) {
      throw own.policy()
          .document()
          .invalid(own.pointer() + "/file", "cannot be read: " + own.program().file());
    }
  }

  List<Step> steps() {
    return steps;
  }

  List<PlanFinding> findings() {
    return findings;
  }

  /** What is in place when the steps were done. */
  SortedMap<String, Own> after() {
    SortedMap<String, Own> after = new TreeMap<>(stay);
    coming.forEach(
        (key, next) -> after.put(key, new Own(next.version(), next.program().get().info().id())));
    return after;
  }
}
