package dev.sluice.policy.table;

import dev.sluice.policy.address.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Prefixes that lie in each other, addresses near their ends, and the plainest table of them. */
final class RandomPrefixes {
  private final Random random;
  private final Map<Prefix, Integer> values = new HashMap<>();
  private final List<Prefix> seen = new ArrayList<>();

  RandomPrefixes(long seed) {
    random = new Random(seed);
  }

  Map<Prefix, Integer> values() {
    return values;
  }

  /** Puts a prefix, or removes one, here and in a table. */
  void change(PrefixTable table) {
    if (!values.isEmpty() && random.nextInt(3) == 0) {
      Prefix prefix = seen.get(random.nextInt(seen.size()));
      Integer old = values.remove(prefix);
      int removed = table.remove(prefix);
      if (removed != (old == null ? 0 : old)) {
        throw new AssertionError(prefix + " was " + removed + ", not " + old);
      }
    } else {
      put(table);
    }
  }

  void put(PrefixTable table) {
    Prefix prefix = next();
    // Few values, so that neighbours have the same.
    int value =
        random.nextInt(8) == 0 ? 1 + random.nextInt(Integer.MAX_VALUE) : 1 + random.nextInt(3);
    table.put(prefix, value);
    values.put(prefix, value);
    seen.add(prefix);
  }

  private Prefix next() {
    boolean six = random.nextBoolean();
    Prefix near = seen.isEmpty() || random.nextInt(4) == 0 ? null : near(six);
    long high = near == null ? random.nextLong() : near.high();
    long low = near == null ? random.nextLong() : near.low();
    int most = six ? 128 : 32;
    int length = random.nextInt(10) == 0 ? most : random.nextInt(most + 1);
    return six ? Prefix.six(high, low, length) : Prefix.four((int) (high >>> 32), length);
  }

  /** An address, mostly within one of the prefixes or beside it. */
  Prefix address() {
    boolean six = random.nextBoolean();
    if (!seen.isEmpty() && random.nextInt(10) > 0) {
      return near(six);
    }
    return six
        ? Prefix.six(random.nextLong(), random.nextLong(), 128)
        : Prefix.four(random.nextInt(), 32);
  }

  private Prefix near(boolean six) {
    for (int tries = 0; tries < 20; tries++) {
      Prefix prefix = seen.get(random.nextInt(seen.size()));
      if (prefix.six() != six) {
        continue;
      }
      long high = prefix.high();
      long low = prefix.low();
      int most = six ? 128 : 32;
      // From a bit on, chance; often all of the prefix stays.
      int from = random.nextInt(4) == 0 ? random.nextInt(most) : prefix.length();
      Prefix noise =
          six
              ? Prefix.six(random.nextLong(), random.nextLong(), 128)
              : Prefix.four(random.nextInt(), 32);
      if (random.nextInt(4) == 0) {
        noise = six ? Prefix.six(-1, -1, 128) : Prefix.four(-1, 32);
      }
      Prefix cut = six ? Prefix.six(high, low, from) : Prefix.four(prefix.address4(), from);
      Prefix cutNoise =
          six ? Prefix.six(noise.high(), noise.low(), from) : Prefix.four(noise.address4(), from);
      return new Prefix(
          six,
          cut.high() | noise.high() ^ cutNoise.high(),
          cut.low() | noise.low() ^ cutNoise.low(),
          most);
    }
    return six
        ? Prefix.six(random.nextLong(), random.nextLong(), 128)
        : Prefix.four(random.nextInt(), 32);
  }

  /** What a table has to find. */
  int expected(Prefix address) {
    int length = -1;
    int value = 0;
    for (Map.Entry<Prefix, Integer> entry : values.entrySet()) {
      if (entry.getKey().length() > length && entry.getKey().contains(address)) {
        length = entry.getKey().length();
        value = entry.getValue();
      }
    }
    return value;
  }
}
