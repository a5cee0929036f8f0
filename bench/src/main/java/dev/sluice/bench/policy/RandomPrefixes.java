package dev.sluice.bench.policy;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Prefixes of the lengths that routing tables have most, at random, and addresses. */
final class RandomPrefixes {
  private final Random random;
  private final boolean six;
  private final List<Prefix> prefixes = new ArrayList<>();
  private final Set<Prefix> known = new LinkedHashSet<>();

  RandomPrefixes(boolean six, int count, long seed) {
    this.six = six;
    random = new Random(seed);
    while (prefixes.size() < count) {
      add();
    }
  }

  List<Prefix> all() {
    return List.copyOf(prefixes);
  }

  /** One that was not there. */
  Prefix add() {
    while (true) {
      Prefix prefix =
          six
              ? Prefix.six(high(), random.nextLong(), length(32, 48, 20, 64))
              : Prefix.four(random.nextInt(), length(24, 24, 10, 32));
      if (known.add(prefix)) {
        prefixes.add(prefix);
        return prefix;
      }
    }
  }

  /** One that was there. */
  Prefix remove() {
    int at = random.nextInt(prefixes.size());
    Prefix removed = prefixes.get(at);
    prefixes.set(at, prefixes.getLast());
    prefixes.removeLast();
    known.remove(removed);
    return removed;
  }

  private int length(int one, int other, int least, int most) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> one;
      case 3, 4, 5, 6 -> other;
      default -> least + random.nextInt(most - least + 1);
    };
  }

  /** Of {@code 2000::/3}, as all addresses of the Internet. */
  private long high() {
    return 1L << 61 | random.nextLong() >>> 3;
  }

  /** An address: every other one is in a prefix. */
  Prefix address() {
    Prefix any =
        six ? Prefix.six(high(), random.nextLong(), 128) : Prefix.four(random.nextInt(), 32);
    if (random.nextBoolean()) {
      return any;
    }
    Prefix in = prefixes.get(random.nextInt(prefixes.size()));
    Prefix cut =
        six
            ? Prefix.six(any.high(), any.low(), in.length())
            : Prefix.four(any.address4(), in.length());
    return new Prefix(
        six, in.high() | any.high() ^ cut.high(), in.low() | any.low() ^ cut.low(), any.length());
  }
}
