package dev.sluice.engine.verifier;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.SourceLine;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.cause.VerifierExplanation;
import dev.sluice.engine.map.EngineMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the programs that the kernel's verifier would refuse, in its words ({@code
 * kernel/bpf/verifier.c} of Linux 6.18). It is there so that a program which runs in the engine
 * also loads into a kernel; the safety of the machine does not hang on it, for each access is
 * checked when it is made.
 *
 * <p>Left out: functions that are verified on their own (global ones); a second turn through a
 * callback with what the first changed; reading the kernel's own {@code struct bpf_map}; the range
 * of what some helpers return.
 */
public final class Verifier {
  /** Instructions of the path that are told in the log. */
  private static final int MOST_TOLD = 200;

  private Verifier() {}

  /**
   * Verifies a program.
   *
   * @param maps the maps that it names
   * @throws VerifierRejected if the kernel would refuse it
   * @throws Unsupported if it uses what the engine lacks
   */
  public static Verified verify(ProgramSpec spec, Map<String, EngineMap> maps) {
    Walk walk = null;
    try {
      ProgramLayout layout = new ProgramLayout(spec);
      int depth = new StackDepth(layout).check();
      walk = new Walk(spec, maps, layout);
      walk.run();
      return new Verified(DeadCode.withoutCalls(spec, walk.reached()), walk.processed(), depth);
    } catch (Rejection rejection) {
      throw rejected(spec, walk, rejection);
    }
  }

  private static VerifierRejected rejected(
      ProgramSpec spec, @Nullable Walk walk, Rejection rejection) {
    StringBuilder log = new StringBuilder();
    List<Integer> path = walk == null ? List.of() : path(walk);
    List<Instruction> bySlot = bySlot(spec);
    SourceLine shown = null;
    int told = 0;
    for (int slot : path) {
      SourceLine line = spec.sourceLine(slot).orElse(null);
      if (line != null && !line.equals(shown)) {
        log.append("; ").append(line.text().strip());
        // The kernel, too, leaves out the folder (verbose_linfo in kernel/bpf/log.c).
        String file = line.file().substring(line.file().lastIndexOf('/') + 1);
        log.append(" @ ").append(file).append(':').append(line.line()).append('\n');
        shown = line;
      }
      Instruction instruction = bySlot.get(slot);
      if (walk != null && told++ == path.size() - 1) {
        log.append(slot).append(": ").append(RegisterPrint.of(walk.state())).append('\n');
      }
      log.append(slot).append(": ").append(Disassembler.verifierText(instruction)).append('\n');
    }
    log.append(rejection.words()).append('\n');
    log.append("processed ").append(walk == null ? 0 : walk.processed());
    log.append(" insns (limit 1000000)\n");
    return VerifierExplanation.rejected(spec, rejection.errno().number(), log.toString());
  }

  private static List<Integer> path(Walk walk) {
    List<Integer> slots = new ArrayList<>();
    Trail step = walk.trail();
    while (step != null && slots.size() < MOST_TOLD) {
      slots.add(step.slot);
      step = step.before;
    }
    return slots.reversed();
  }

  private static List<Instruction> bySlot(ProgramSpec spec) {
    List<Instruction> slots = new ArrayList<>();
    for (Instruction instruction : spec.instructions()) {
      for (int i = 0; i < instruction.slots(); i++) {
        slots.add(instruction);
      }
    }
    return slots;
  }
}
