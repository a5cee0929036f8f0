package dev.sluice.cli.doctor;

import dev.sluice.cli.chain.ChainListing;
import dev.sluice.cli.chain.HookListing;
import dev.sluice.datapath.Device;
import java.util.List;
import java.util.Set;

/**
 * Programs that keep packets from their neighbours, as far as what they can return tells.
 *
 * @param device a device
 * @param hooks its hooks
 */
record NeighbourFindings(Device device, List<HookListing> hooks) {
  /** Verdicts with which a packet goes on, past the classic filters behind TCX. */
  private static final Set<String> SKIPPING = Set.of("PASS", "REDIRECT");

  void addTo(List<Finding> findings) {
    for (HookListing hook : hooks) {
      int before = findings.size();
      for (HookListing.Line line : hook.programs()) {
        if (line.letsNothingOn()) {
          findings.add(
              new Finding(
                  Check.STARVED_PROGRAMS,
                  hook.hook(),
                  of(line) + ": " + line.note(),
                  fix(hook, line)));
        } else if (!line.neverReached()) {
          addSkipped(hook, line, findings);
        }
      }
      if (findings.size() == before) {
        addBehind(hook, findings);
      }
    }
  }

  private static String of(HookListing.Line line) {
    ChainListing.Entry program = line.program();
    return "%s of %s".formatted(program, program.owner());
  }

  private String fix(HookListing hook, HookListing.Line line) {
    if (line.program().position() == hook.programs().size() - 1) {
      return "attach what is behind it to TCX, before it: sluice tcx migrate "
          + device
          + " moves filters of Sluice's to the end of the chain, and wishes move them on";
    }
    String name = line.program().title();
    if (line.program().mine()) {
      return "have it return NEXT (-1), or run it last: sluice chain order %s %s --last"
          .formatted(hook.hook(), target(line));
    }
    HookListing.Line starved =
        hook.programs().stream()
            .skip(line.program().position() + 1L)
            .filter(behind -> behind.program().mine())
            .findFirst()
            .orElse(null);
    return starved == null
        ? "its owner has to have it return NEXT (-1), or attach it last"
        : "run Sluice's before it: sluice chain order %s %s --before %s"
            .formatted(hook.hook(), target(starved), name);
  }

  private static String target(HookListing.Line line) {
    return line.program().link() == null
        ? "id:" + line.program().id()
        : "link:" + line.program().link();
  }

  private void addSkipped(HookListing hook, HookListing.Line line, List<Finding> findings) {
    int filters = filtersBehind(hook);
    List<String> ways = line.returns().stream().filter(SKIPPING::contains).toList();
    if (filters > 0 && !ways.isEmpty()) {
      findings.add(
          new Finding(
              Check.SKIPPED_FILTERS,
              hook.hook(),
              "%s can return %s: such packets skip the %d classic filter%s behind TCX"
                  .formatted(
                      of(line), String.join(" and ", ways), filters, filters == 1 ? "" : "s"),
              "if the filters are to see them, have it return NEXT (-1), or attach to TCX what the"
                  + " filters do"));
    }
  }

  private void addBehind(HookListing hook, List<Finding> findings) {
    int filters = filtersBehind(hook);
    if (filters > 0 && !hook.programs().isEmpty()) {
      findings.add(
          new Finding(
              Check.FILTERS_BEHIND_TCX,
              hook.hook(),
              "its programs run before the %s: no priority gets a filter in front of them"
                  .formatted(filters == 1 ? "classic filter" : filters + " classic filters"),
              "if a filter is to be first, attach to TCX what it does, with --first"));
    }
  }

  /** How many classic filters are right behind a TCX chain. */
  private int filtersBehind(HookListing hook) {
    if (!hook.hook().startsWith("tcx:")) {
      return 0;
    }
    String classic = "tc:" + hook.hook().substring("tcx:".length());
    return hooks.stream()
        .filter(other -> other.hook().equals(classic))
        .map(HookListing::filters)
        .mapToInt(filters -> filters == null ? 0 : filters)
        .sum();
  }
}
