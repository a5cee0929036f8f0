package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From the TCX chain to the head of the classic hook: what is there ran behind the chain and still
 * does. First all filters are made, in the order of the chain, then all links go.
 */
final class Back {
  private final Place place;
  private final Findings findings;

  Back(Place place, Findings findings) {
    this.place = place;
    this.findings = findings;
  }

  void plan(List<Step> steps) {
    ChainState chain = place.chain().query();
    ChainState classic = place.classic().query();
    Map<Integer, Path> links = place.links();
    List<Step> removals = new ArrayList<>();
    List<String> moving = new ArrayList<>();
    Integer previous = null;
    for (ChainEntry entry : chain.entries()) {
      ProgramInfo program = place.program(entry.programId());
      String what = program.name() + " (id " + program.id() + ")";
      Path pin = links.get(entry.linkId());
      boolean policys = place.policies().test(program);
      if (policys) {
        findings.leaveToPolicies(program.name() + " at " + place.at());
      }
      if (pin == null || policys) {
        if (!moving.isEmpty()) {
          findings.orderChanges(
              "%s at %s runs behind %s, and would run before it"
                  .formatted(what, place.at(), String.join(", ", moving)));
        }
        continue;
      }
      moving.add(what);
      MovedVerdicts.check(place, program.id(), what, Hook.TCX, Hook.TC, findings);
      if (classic.indexOfProgram(program.id()).isEmpty()) {
        steps.add(add(program, what, previous));
      }
      previous = program.id();
      PinnedLink link = place.link(pin);
      Anchor back = Place.before(chain, program.id());
      removals.add(
          new Step(
              "detach " + what + " from " + place.at() + ", and remove " + pin,
              link::detach,
              () -> link.attach(place.chain(), program.id(), back)));
    }
    steps.addAll(removals);
  }

  private Step add(ProgramInfo program, String what, @Nullable Integer previous) {
    Anchor anchor =
        previous == null ? Anchor.head() : new Anchor.After(new Anchor.ProgramId(previous));
    return new Step(
        "add a filter with " + what + " to " + place.classicPoint(),
        () -> place.addFilter(program.id(), anchor),
        () -> place.removeFilter(program.id()));
  }
}
