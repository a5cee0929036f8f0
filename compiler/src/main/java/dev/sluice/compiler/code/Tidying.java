package dev.sluice.compiler.code;

import dev.sluice.bpf.MemorySize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes out loads of the stack's whole words that are in a register still, and stores that another
 * one follows before anybody looks.
 */
final class Tidying {
  /** The words of registers that live on the stack lie below this offset. */
  private final int below;

  private Tidying(int below) {
    this.below = below;
  }

  /**
   * Tidies steps that have real registers.
   *
   * @param rooms bytes of the stack that hold other things than registers
   */
  static void tidy(List<Steps> all, int rooms) {
    Tidying tidying = new Tidying(-rooms);
    for (Steps steps : all) {
      steps.replace(tidying.stores(tidying.loads(steps.all())));
    }
  }

  private List<Step> loads(List<Step> steps) {
    Map<Integer, Integer> held = new HashMap<>();
    List<Step> kept = new ArrayList<>();
    for (Step step : steps) {
      if (isLoad(step) && step instanceof Step.Load load) {
        Integer register = held.get(load.offset());
        if (register != null && register == load.to()) {
          continue;
        }
        held.values().removeIf(other -> other == load.to());
        if (register != null) {
          kept.add(new Step.Move(load.to(), register, load.position()));
        } else {
          kept.add(step);
        }
        held.putIfAbsent(load.offset(), load.to());
        continue;
      }
      step.writes().forEach(written -> held.values().removeIf(other -> other.equals(written)));
      if (isStore(step) && step instanceof Step.Store store) {
        held.put(store.offset(), store.from());
      }
      kept.add(step);
    }
    return kept;
  }

  private List<Step> stores(List<Step> steps) {
    Set<Integer> overwritten = new HashSet<>();
    List<Step> kept = new ArrayList<>();
    for (Step step : steps.reversed()) {
      if (isStore(step) && step instanceof Step.Store store) {
        if (!overwritten.add(store.offset())) {
          continue;
        }
      } else if (isLoad(step) && step instanceof Step.Load load) {
        overwritten.remove(load.offset());
      }
      kept.add(step);
    }
    return kept.reversed();
  }

  private boolean isLoad(Step step) {
    return step instanceof Step.Load load
        && load.base() == Step.FRAME
        && load.size() == MemorySize.DOUBLE
        && load.offset() < below;
  }

  private boolean isStore(Step step) {
    return step instanceof Step.Store store
        && store.base() == Step.FRAME
        && store.size() == MemorySize.DOUBLE
        && store.offset() < below;
  }
}
