package dev.sluice.compiler.code;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Lets registers that live on the stack share a place there if they never hold something at the
 * same time. Before, each has a place of its own.
 */
final class SpillSlots {
  private static final int BYTES = 8;

  private final List<Steps> order;
  private final int above;

  private SpillSlots(List<Steps> order, int above) {
    this.order = order;
    this.above = above;
  }

  /**
   * Shares places.
   *
   * @param above bytes of the stack that are taken by what is not a register
   * @param stack bytes that are taken in all
   * @return bytes that are taken then
   */
  static int share(List<Steps> order, int above, int stack) {
    int slots = (stack - above) / BYTES;
    return slots < 2 ? stack : new SpillSlots(order, above).share(slots);
  }

  private int share(int slots) {
    BitSet[] neighbours = neighbours(slots);
    int[] places = new int[slots];
    int most = 0;
    for (int slot = 0; slot < slots; slot++) {
      BitSet taken = new BitSet();
      for (int other = neighbours[slot].nextSetBit(0);
          other >= 0 && other < slot;
          other = neighbours[slot].nextSetBit(other + 1)) {
        taken.set(places[other]);
      }
      places[slot] = taken.nextClearBit(0);
      most = Math.max(most, places[slot] + 1);
    }
    rewrite(places);
    return above + most * BYTES;
  }

  /** The slot that a step reads; −1 if it reads none. */
  private int read(Step step) {
    return step instanceof Step.Load load && load.base() == Step.FRAME ? slot(load.offset()) : -1;
  }

  /** The slot that a step writes; −1 if it writes none. */
  private int written(Step step) {
    return step instanceof Step.Store store && store.base() == Step.FRAME
        ? slot(store.offset())
        : -1;
  }

  private int slot(int offset) {
    return (-offset - above) / BYTES - 1;
  }

  private BitSet[] neighbours(int slots) {
    Map<Steps, BitSet> liveOut =
        LiveOut.of(order, _ -> List.of(), step -> ifAny(read(step)), step -> ifAny(written(step)));
    BitSet[] neighbours = new BitSet[slots];
    for (int i = 0; i < slots; i++) {
      neighbours[i] = new BitSet();
    }
    for (Steps steps : order) {
      BitSet live = liveOut.getOrDefault(steps, new BitSet());
      for (Step step : steps.all().reversed()) {
        int slot = written(step);
        if (slot >= 0) {
          live.clear(slot);
          neighbours[slot].or(live);
          live.stream().forEach(other -> neighbours[other].set(slot));
        }
        if (read(step) >= 0) {
          live.set(read(step));
        }
      }
    }
    return neighbours;
  }

  private static List<Integer> ifAny(int slot) {
    return slot < 0 ? List.of() : List.of(slot);
  }

  private void rewrite(int[] places) {
    for (Steps steps : order) {
      List<Step> changed = new ArrayList<>();
      for (Step step : steps.all()) {
        changed.add(
            switch (step) {
              case Step.Load load when read(load) >= 0 ->
                  new Step.Load(
                      load.size(),
                      load.to(),
                      load.base(),
                      offset(places[read(load)]),
                      load.position());
              case Step.Store store when written(store) >= 0 ->
                  new Step.Store(
                      store.size(),
                      store.base(),
                      offset(places[written(store)]),
                      store.from(),
                      store.position());
              default -> step;
            });
      }
      steps.replace(changed);
    }
  }

  private int offset(int place) {
    return -(above + (place + 1) * BYTES);
  }
}
