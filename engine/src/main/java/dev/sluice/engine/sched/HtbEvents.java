package dev.sluice.engine.sched;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a level that wait for their mode to change, the soonest first ({@code wait_pq}). A
 * heap that knows where each class is, so that one can be taken out of the middle.
 */
final class HtbEvents {
  private HtbClass[] heap = new HtbClass[8];
  private int size;
  private long orders;

  @Nullable HtbClass first() {
    return size == 0 ? null : heap[0];
  }

  void add(HtbClass added, long at) {
    added.eventAt = at;
    added.eventOrder = orders++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(size++, added);
  }

  void remove(HtbClass removed) {
    int place = removed.eventPlace;
    if (place < 0) {
      return;
    }
    size--;
    HtbClass last = heap[size];
    if (place < size) {
      if (before(last, removed)) {
        up(place, last);
      } else {
        down(place, last);
      }
    }
    removed.eventPlace = -1;
  }

  private static boolean before(HtbClass one, HtbClass other) {
    return one.eventAt != other.eventAt
        ? one.eventAt < other.eventAt
        : one.eventOrder < other.eventOrder;
  }

  private void up(int place, HtbClass moved) {
    int at = place;
    while (at > 0) {
      int above = (at - 1) >>> 1;
      if (!before(moved, heap[above])) {
        break;
      }
      put(at, heap[above]);
      at = above;
    }
    put(at, moved);
  }

  private void down(int place, HtbClass moved) {
    int at = place;
    while (true) {
      int below = 2 * at + 1;
      if (below >= size) {
        break;
      }
      if (below + 1 < size && before(heap[below + 1], heap[below])) {
        below++;
      }
      if (!before(heap[below], moved)) {
        break;
      }
      put(at, heap[below]);
      at = below;
    }
    put(at, moved);
  }

  private void put(int place, HtbClass moved) {
    heap[place] = moved;
    moved.eventPlace = place;
  }
}
