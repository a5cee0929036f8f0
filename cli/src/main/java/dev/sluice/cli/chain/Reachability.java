package dev.sluice.cli.chain;

import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Passage;
import java.util.ArrayList;
import java.util.List;

/**
 * Which programs of a chain no packet can reach, because one in front of them never lets it go on.
 *
 * @param notes for each program what is to be said; empty for nothing
 * @param toFilters whether packets may get to the classic filters behind the chain
 */
record Reachability(List<String> notes, boolean toFilters) {
  /** What is said of a program that no packet gets to. */
  static final String UNREACHABLE = "unreachable";

  Reachability {
    notes = List.copyOf(notes);
  }

  /**
   * Looks at a chain.
   *
   * @param hook its hook
   * @param returns what its programs can return, in order
   * @param filters how many classic filters are behind the chain
   * @param reached whether packets get to the chain
   */
  static Reachability of(Hook hook, List<ReturnValues> returns, int filters, boolean reached) {
    List<String> notes = new ArrayList<>();
    boolean on = reached;
    boolean toFilters = false;
    for (int i = 0; i < returns.size(); i++) {
      if (!on) {
        notes.add(UNREACHABLE);
        continue;
      }
      on = may(hook, returns.get(i), Passage.NEXT);
      toFilters |= may(hook, returns.get(i), Passage.FILTERS);
      int behind = returns.size() - 1 - i;
      List<String> lost = new ArrayList<>();
      // With one program there is nothing that could go on.
      if (!on && hook != Hook.XDP) {
        if (behind > 0) {
          lost.add(count(behind, "program"));
        }
        if (filters > 0 && !toFilters) {
          lost.add(count(filters, "classic filter"));
        }
      }
      notes.add(
          lost.isEmpty()
              ? ""
              : "never NEXT: %s behind it %s unreachable"
                  .formatted(
                      String.join(" and ", lost),
                      lost.size() == 1 && lost.getFirst().startsWith("1 ") ? "is" : "are"));
    }
    return new Reachability(notes, on || toFilters);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static boolean may(Hook hook, ReturnValues returns, Passage passage) {
    return returns.isAny()
        || returns.values().stream().anyMatch(value -> Passage.of(hook, value) == passage);
  }
}
