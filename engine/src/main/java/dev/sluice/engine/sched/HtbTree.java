package dev.sluice.engine.sched;

import dev.sluice.engine.skb.SocketBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which classes of an HTB may send now, and whose turn it is: a ring for each level and priority of
 * classes that may send at their own rate, and below them rings of those that borrow ({@code struct
 * htb_level} and what belongs to it in {@code net/sched/sch_htb.c}).
 */
final class HtbTree {
  private static final long SECOND = 1_000_000_000L;

  /** How deep and long a search for whose turn it is can get before something is wrong. */
  private static final int MOST_STEPS = 65_535;

  private final HtbRing[][] rows = new HtbRing[HtbClass.LEVELS][HtbClass.PRIORITIES];

  /** The priorities at which a level has classes that may send. */
  private final int[] rowMask = new int[HtbClass.LEVELS];

  private final HtbEvents[] events = new HtbEvents[HtbClass.LEVELS];

  /** When to look at a level's events next ({@code near_ev_cache}). */
  private final long[] nextEvent = new long[HtbClass.LEVELS];

  private final HtbRing[] path = new HtbRing[HtbClass.LEVELS + 1];
  private HtbClass[] byMinor = new HtbClass[16];
  private long overlimits;

  HtbTree() {
    for (int level = 0; level < HtbClass.LEVELS; level++) {
      events[level] = new HtbEvents();
      for (int priority = 0; priority < HtbClass.PRIORITIES; priority++) {
        rows[level][priority] = new HtbRing();
      }
    }
  }

  /** The class with a minor number; null if there is none. */
  @Nullable HtbClass find(int minor) {
    return minor < byMinor.length ? byMinor[minor] : null;
  }

  int highestMinor() {
    return byMinor.length - 1;
  }

  void put(HtbClass added) {
    if (added.minor >= byMinor.length) {
      byMinor = Arrays.copyOf(byMinor, Math.max(2 * byMinor.length, added.minor + 1));
    }
    byMinor[added.minor] = added;
  }

  @SuppressWarnings("NullAway") // empty places of the array
  void remove(HtbClass removed) {
    byMinor[removed.minor] = null;
  }

  /** How often a class came to its ceiling. */
  long overlimits() {
    return overlimits;
  }

  int rowMask(int level) {
    return rowMask[level];
  }

  boolean hasRow(int level, int priority) {
    return (rowMask[level] & (1 << priority)) != 0;
  }

  /** A leaf has packets ({@code htb_activate}). */
  void activate(HtbClass leaf) {
    if (!leaf.isActive()) {
      leaf.activity = 1 << leaf.priority;
      activatePriorities(leaf);
    }
  }

  /** A leaf has none any more ({@code htb_deactivate}). */
  void deactivate(HtbClass leaf) {
    if (leaf.isActive()) {
      deactivatePriorities(leaf);
      leaf.activity = 0;
    }
  }

  private void activatePriorities(HtbClass activated) {
    HtbClass current = activated;
    HtbClass parent = current.parent;
    int mask = current.activity;
    while (current.mode == HtbClass.Mode.MAY_BORROW && parent != null && mask != 0) {
      int left = mask;
      while (left != 0) {
        int priority = Integer.numberOfTrailingZeros(left);
        left &= left - 1;
        HtbRing feed = parent.feed(priority);
        if (!feed.isEmpty()) {
          // The parent is active at this priority already.
          mask &= ~(1 << priority);
        }
        feed.add(current.minor);
      }
      parent.activity |= mask;
      current = parent;
      parent = current.parent;
    }
    if (current.mode == HtbClass.Mode.CAN_SEND && mask != 0) {
      rowMask[current.level] |= mask;
      for (int left = mask; left != 0; left &= left - 1) {
        rows[current.level][Integer.numberOfTrailingZeros(left)].add(current.minor);
      }
    }
  }

  private void deactivatePriorities(HtbClass deactivated) {
    HtbClass current = deactivated;
    HtbClass parent = current.parent;
    int mask = current.activity;
    while (current.mode == HtbClass.Mode.MAY_BORROW && parent != null && mask != 0) {
      int left = mask;
      mask = 0;
      while (left != 0) {
        int priority = Integer.numberOfTrailingZeros(left);
        left &= left - 1;
        HtbRing feed = parent.feed(priority);
        feed.removeFromFeed(current.minor);
        if (feed.isEmpty()) {
          mask |= 1 << priority;
        }
      }
      parent.activity &= ~mask;
      current = parent;
      parent = current.parent;
    }
    if (current.mode == HtbClass.Mode.CAN_SEND && mask != 0) {
      for (int left = mask; left != 0; left &= left - 1) {
        int priority = Integer.numberOfTrailingZeros(left);
        HtbRing row = rows[current.level][priority];
        row.removeFromRow(current.minor);
        if (row.isEmpty()) {
          rowMask[current.level] &= ~(1 << priority);
        }
      }
    }
  }

  /** {@code htb_change_class_mode}. */
  private void changeMode(HtbClass changed, long elapsed) {
    HtbClass.Mode mode = changed.modeAfter(elapsed);
    if (mode == changed.mode) {
      return;
    }
    if (mode == HtbClass.Mode.CANT_SEND) {
      changed.overlimits++;
      overlimits++;
    }
    if (!changed.isActive()) {
      changed.mode = mode;
      return;
    }
    if (changed.mode != HtbClass.Mode.CANT_SEND) {
      deactivatePriorities(changed);
    }
    changed.mode = mode;
    if (mode != HtbClass.Mode.CANT_SEND) {
      activatePriorities(changed);
    }
  }

  /**
   * A packet of a leaf was sent at a level: the leaf and all above it pay ({@code
   * htb_charge_class}).
   */
  void charge(HtbClass leaf, int level, SocketBuffer packet, long now) {
    int length = packet.queueLength;
    for (HtbClass paying = leaf; paying != null; paying = paying.parent) {
      long elapsed = paying.elapsed(now);
      if (paying.level >= level) {
        if (paying.level == level) {
          paying.lends++;
        }
        paying.payTokens(length, elapsed);
      } else {
        paying.borrows++;
        paying.tokens += elapsed;
      }
      paying.payCeilTokens(length, elapsed);
      paying.checkedAt = now;
      HtbClass.Mode before = paying.mode;
      changeMode(paying, 0);
      if (before != paying.mode) {
        if (before != HtbClass.Mode.CAN_SEND) {
          events[paying.level].remove(paying);
        }
        if (paying.mode != HtbClass.Mode.CAN_SEND) {
          awaitChange(paying, paying.untilChange(0), now);
        }
      }
      if (paying.level > 0) {
        paying.countSent(packet);
      }
    }
  }

  private void awaitChange(HtbClass waiting, long delay, long now) {
    long at = delay == 0 ? now + 1 : now + delay;
    nextEvent[waiting.level] = Math.min(nextEvent[waiting.level], at);
    events[waiting.level].add(waiting, at);
  }

  /**
   * Lets classes of a level change their mode whose time has come ({@code htb_do_events}).
   *
   * @return when to look again
   */
  long handleEvents(int level, long now) {
    if (now < nextEvent[level]) {
      return nextEvent[level];
    }
    long next = now + SECOND;
    while (true) {
      HtbClass due = events[level].first();
      if (due == null) {
        break;
      }
      if (due.eventAt > now) {
        next = due.eventAt;
        break;
      }
      events[level].remove(due);
      long elapsed = due.elapsed(now);
      changeMode(due, elapsed);
      if (due.mode != HtbClass.Mode.CAN_SEND) {
        awaitChange(due, due.untilChange(elapsed), now);
      }
    }
    nextEvent[level] = next;
    return next;
  }

  /** A class's level changes or it goes: it waits for nothing any more. */
  void forgetEvent(HtbClass forgotten) {
    events[forgotten.level].remove(forgotten);
  }

  /** The leaf whose turn it is at a level and priority; null if something is wrong. */
  @Nullable HtbClass leafInTurn(int level, int priority) {
    int depth = 0;
    path[0] = rows[level][priority];
    for (int step = 0; step < MOST_STEPS; step++) {
      HtbRing ring = path[depth];
      int minor = ring.current();
      if (minor == MinorSet.NONE) {
        // At the end of the ring: back to its beginning, and on in the one above.
        if (ring.isEmpty()) {
          return null;
        }
        ring.rewind();
        if (depth > 0) {
          depth--;
          path[depth].advance();
        }
        continue;
      }
      HtbClass found = find(minor);
      if (found == null) {
        return null;
      }
      if (found.isLeaf()) {
        return found;
      }
      depth++;
      path[depth] = found.feed(priority);
    }
    return null;
  }

  /** The turn at a level goes from a leaf to the next of its ring. */
  void advance(HtbClass leaf, int level, int priority) {
    HtbClass parent = leaf.parent;
    if (level > 0 && parent != null) {
      parent.feed(priority).advance();
    } else {
      rows[0][priority].advance();
    }
  }

  /** Empties everything but the classes. */
  void reset() {
    Arrays.fill(rowMask, 0);
    Arrays.fill(nextEvent, 0);
    for (int level = 0; level < HtbClass.LEVELS; level++) {
      events[level] = new HtbEvents();
      for (int priority = 0; priority < HtbClass.PRIORITIES; priority++) {
        rows[level][priority] = new HtbRing();
      }
    }
  }
}
