package dev.sluice.policy.program;

import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.policy.program.Tables.Allowance;
import dev.sluice.policy.program.Tables.User;

/**
 * Drops what is above a rate (the generic cell rate algorithm). All that is kept is when the next
 * byte would be due at that rate; one atomic exchange changes it, so processors that send at the
 * same time never get more than the rate.
 */
final class RateLimit {
  private static final int FRACTION = 20;
  private static final int SENDER = 1;
  private static final int RECEIVER = 2;
  private static final int TRIES = 4;

  private RateLimit() {}

  static boolean passes(SkBuff skb, int limit, Ends ends) {
    Allowance allowance = Tables.ALLOWANCES.get(limit);
    if (allowance == null || allowance.nanoseconds() == 0) {
      return true;
    }
    int each = allowance.each();
    User user =
        new User(
            each == SENDER ? ends.fromHigh() : each == RECEIVER ? ends.toHigh() : 0,
            each == SENDER ? ends.fromLow() : each == RECEIVER ? ends.toLow() : 0,
            limit);
    long cost = skb.length() * allowance.nanoseconds() >>> FRACTION;
    boolean passes = take(user, cost, allowance.burst());
    PolicyProgram.count(passes ? limit : allowance.dropped(), skb.length());
    return passes;
  }

  private static boolean take(User user, long cost, long burst) {
    long now = PolicyProgram.now();
    Cell<Long> cell = Tables.BUCKETS.cell(user);
    if (cell == null) {
      Tables.BUCKETS.put(user, now + cost);
      return cost <= burst;
    }
    for (int i = 0; i < TRIES; i++) {
      long due = cell.get();
      long from = Math.max(due, now);
      if (from + cost - now > burst) {
        return false;
      }
      if (cell.compareAndSet(due, from + cost)) {
        return true;
      }
    }
    return false;
  }
}
