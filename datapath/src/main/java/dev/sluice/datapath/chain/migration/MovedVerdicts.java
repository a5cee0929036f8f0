package dev.sluice.datapath.chain.migration;

import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.verdict.ReturnAnalysis;
import dev.sluice.bpf.verdict.ReturnValues;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Passage;
import dev.sluice.datapath.program.Program;
import java.util.ArrayList;
import java.util.List;

/** Whether what a program returns means the same at the hook that it moves to. */
final class MovedVerdicts {
  private MovedVerdicts() {}

  /**
   * Looks at a program.
   *
   * @param place where it is
   * @param id its number
   * @param what what people call it
   * @param from the hook that it leaves
   * @param to the hook that it moves to
   * @param findings where it is told
   */
  static void check(Place place, int id, String what, Hook from, Hook to, Findings findings) {
    ReturnValues returns;
    try (Program program = place.datapath().programs().open(id)) {
      returns =
          ReturnAnalysis.ofTranslated(program.translatedInstructions(), ProgramType.SCHED_CLS);
    }
    if (returns.isAny()) {
      findings.verdictsUnknown(what);
      return;
    }
    List<String> changed = new ArrayList<>();
    for (int value : returns.values()) {
      Passage before = Passage.of(from, value);
      Passage after = Passage.of(to, value);
      if (before != after) {
        changed.add(
            "%d, with which a packet goes %s now, and would go %s"
                .formatted(value, words(before), words(after)));
      }
    }
    if (!changed.isEmpty()) {
      findings.verdictsChange(what + " can return " + String.join("; ", changed));
    }
  }

  private static String words(Passage passage) {
    return switch (passage) {
      case NEXT -> "on to the next program";
      case FILTERS -> "past the chain to the classic filters";
      case END -> "no further";
    };
  }
}
