package dev.sluice.datapath.chain.migration;

import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From the classic hook to the tail of the TCX chain: what was in that chain ran before the filters
 * and still does. First all links are made, in the order of the filters, then all filters go. The
 * kernel waits for packets under way after each link ({@code tcx_entry_sync} in {@code
 * include/net/tcx.h}), so that none passes the old chain and misses the filter.
 */
final class Forth {
  private final Place place;
  private final Findings findings;

  Forth(Place place, Findings findings) {
    this.place = place;
    this.findings = findings;
  }

  void plan(List<Step> steps) {
    ChainState chain = place.chain().query();
    ChainState classic = place.classic().query();
    List<FilterEntry> filters =
        ClassicFilters.at(place.datapath().trafficControl(), place.classicPoint());
    Map<Integer, Path> links = place.links();
    Set<String> names = new HashSet<>();
    List<Step> removals = new ArrayList<>();
    String foreign = null;
    for (FilterEntry entry : filters) {
      BpfFilter.Installed source = ClassicFilters.own(entry);
      ProgramInfo program = source == null ? null : place.program(source.id());
      if (program == null || place.policies().test(program)) {
        foreign = foreign == null ? title(entry) : foreign;
        if (program != null) {
          findings.leaveToPolicies(program.name() + " at " + place.classicPoint());
        }
        continue;
      }
      String what = program.name() + " (id " + program.id() + ")";
      if (foreign != null) {
        findings.orderChanges(
            "%s at %s runs before %s, and would run behind it"
                .formatted(foreign, place.classicPoint(), what));
      }
      checkFilter(entry, what);
      MovedVerdicts.check(place, program.id(), what, Hook.TC, Hook.TCX, findings);
      if (filters.stream().filter(other -> holds(other, program.id())).count() > 1) {
        findings.forbid(
            what + " is in several filters at " + place.classicPoint() + ": remove all but one");
      } else if (!names.add(program.name())) {
        findings.forbid(
            "several programs at %s are called %s, and so would their pins be"
                .formatted(place.classicPoint(), program.name()));
      }
      int index = chain.indexOfProgram(program.id()).orElse(-1);
      if (index < 0) {
        steps.add(attach(program, what));
      } else if (!links.containsKey(chain.entries().get(index).linkId())) {
        findings.forbid(
            what + " is in " + place.at() + " already, and not under a link of Sluice's");
      }
      Anchor back = Place.before(classic, program.id());
      removals.add(
          new Step(
              "remove %s with %s from %s".formatted(title(entry), what, place.classicPoint()),
              () -> place.removeFilter(program.id()),
              () -> place.addFilter(program.id(), back)));
    }
    steps.addAll(removals);
  }

  private static boolean holds(FilterEntry entry, int program) {
    return entry.filter() instanceof BpfFilter filter
        && filter.source() instanceof BpfFilter.Installed installed
        && installed.id() == program;
  }

  static String title(FilterEntry entry) {
    return "the %s filter with priority %d".formatted(entry.kind(), entry.priority());
  }

  /** What a filter can and a TCX program cannot. */
  private void checkFilter(FilterEntry entry, String what) {
    if (entry.protocol() != Change.OfFilter.ALL_PROTOCOLS) {
      findings.forbid(
          "%s sees packets of protocol 0x%x only, and would see all at TCX"
              .formatted(what, entry.protocol()));
    }
    if (entry.filter() instanceof BpfFilter filter) {
      if (!filter.directAction()) {
        findings.forbid(what + " returns a class, not a verdict: its filter has no direct-action");
      }
      if (!filter.actions().isEmpty()) {
        findings.forbid("the filter of " + what + " has actions, and TCX has none");
      }
      if (filter.classId() != null) {
        findings.forbid("the filter of " + what + " sets a class, and TCX does not");
      }
      if ((filter.flags() & (Filter.SKIP_HARDWARE | Filter.SKIP_SOFTWARE | Filter.IN_HARDWARE))
          != 0) {
        findings.forbid("the filter of " + what + " says where to run, hardware or software");
      }
    }
  }

  private Step attach(ProgramInfo program, String what) {
    Path pin = place.pins().path(place.at(), program.name());
    PinnedLink link = place.link(pin);
    if (place.links().containsValue(pin)) {
      findings.forbid(pin + " is in the way: another program is attached with it");
    }
    return new Step(
        "attach " + what + " to " + place.at() + ", its link pinned at " + pin,
        () -> link.attach(place.chain(), program.id(), Anchor.tail()),
        link::detach);
  }
}
