package dev.sluice.compiler.code;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which of some numbered places hold, behind each block, what is read later. */
final class LiveOut {
  private LiveOut() {}

  /**
   * Finds them, from the end backwards until nothing changes any more.
   *
   * @param order the blocks
   * @param atExit the places that a block's exit reads
   * @param reads the places that a step reads
   * @param writes the places that a step writes
   */
  static Map<Steps, BitSet> of(
      List<Steps> order,
      Function<Steps, List<Integer>> atExit,
      Function<Step, List<Integer>> reads,
      Function<Step, List<Integer>> writes) {
    Map<Steps, BitSet> liveIn = new HashMap<>();
    Map<Steps, BitSet> liveOut = new HashMap<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Steps steps : order.reversed()) {
        BitSet live = new BitSet();
        for (Steps target : steps.exit().targets()) {
          live.or(liveIn.getOrDefault(target, new BitSet()));
        }
        liveOut.put(steps, (BitSet) live.clone());
        atExit.apply(steps).forEach(live::set);
        for (Step step : steps.all().reversed()) {
          writes.apply(step).forEach(live::clear);
          reads.apply(step).forEach(live::set);
        }
        if (!live.equals(liveIn.get(steps))) {
          liveIn.put(steps, live);
          changed = true;
        }
      }
    }
    return liveOut;
  }
}
