package dev.sluice.compiler.code;

import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Which registers hold something at the same time, and so cannot be the same. */
final class Interference {
  private final BitSet[] neighbours;
  private final double[] weight;
  private final Map<Steps, BitSet> liveOut;

  /** Of steps that use so many registers. */
  Interference(List<Steps> order, int registers) {
    neighbours = new BitSet[registers];
    weight = new double[registers];
    for (int i = 0; i < registers; i++) {
      neighbours[i] = new BitSet();
    }
    liveOut = LiveOut.of(order, steps -> steps.exit().reads(), Step::reads, Step::writes);
    for (Steps steps : order) {
      collect(steps);
    }
  }

  private void collect(Steps steps) {
    double cost = Math.pow(10, Math.min(steps.depth(), 6));
    BitSet live = (BitSet) liveOut.getOrDefault(steps, new BitSet()).clone();
    for (int read : steps.exit().reads()) {
      live.set(read);
      weight[read] += cost;
    }
    for (Step step : steps.all().reversed()) {
      // What is moved may share the register that it is moved to.
      int moved = step instanceof Step.Move move ? move.from() : -1;
      for (int written : step.writes()) {
        weight[written] += cost;
        for (int other = live.nextSetBit(0); other >= 0; other = live.nextSetBit(other + 1)) {
          if (other != moved) {
            join(written, other);
          }
        }
        for (int other : step.writes()) {
          join(written, other);
        }
      }
      step.writes().forEach(live::clear);
      for (int read : step.reads()) {
        live.set(read);
        weight[read] += cost;
      }
    }
  }

  private void join(int left, int right) {
    if (left != right && left != Step.FRAME && right != Step.FRAME) {
      neighbours[left].set(right);
      neighbours[right].set(left);
    }
  }

  boolean between(int left, int right) {
    return neighbours[left].get(right);
  }

  BitSet neighbours(int register) {
    return neighbours[register];
  }

  /** What it costs to have a register on the stack: its uses, those in loops tenfold. */
  double weight(int register) {
    return weight[register];
  }

  /** Makes two registers one: what interferes with the second does so with the first. */
  void merge(int kept, int gone) {
    weight[kept] += weight[gone];
    for (int other = neighbours[gone].nextSetBit(0);
        other >= 0;
        other = neighbours[gone].nextSetBit(other + 1)) {
      neighbours[other].clear(gone);
      join(kept, other);
    }
    neighbours[gone].clear();
  }
}
