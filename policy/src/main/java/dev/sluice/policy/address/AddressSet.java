package dev.sluice.policy.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Addresses of both families: united, subtracted, and as few prefixes as can be. */
public final class AddressSet {
  /** The last 8 of 64 bits hold the length. */
  private static final int LONGEST_IN_NUMBER = 56;

  private static final long LENGTH = 0xff;

  /** Of each family the ranges, in order; between two there is an address that is in none. */
  private final List<Range> four;

  private final List<Range> six;

  private AddressSet(List<Range> four, List<Range> six) {
    this.four = four;
    this.six = six;
  }

  /** The addresses that are in any of some prefixes. */
  public static AddressSet of(Collection<Prefix> prefixes) {
    List<Prefix> four = new ArrayList<>();
    List<Prefix> six = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      (prefix.six() ? six : four).add(prefix);
    }
    return new AddressSet(united(four), united(six));
  }

  /** Those that are not in another set. */
  public AddressSet minus(AddressSet other) {
    return new AddressSet(minus(four, other.four), minus(six, other.six));
  }

  /** As few prefixes as can be, in order. */
  public List<Prefix> prefixes() {
    List<Prefix> prefixes = new ArrayList<>();
    four.forEach(range -> range.split(false, prefixes));
    six.forEach(range -> range.split(true, prefixes));
    return prefixes;
  }

  private static List<Range> united(List<Prefix> prefixes) {
    List<Range> united = new ArrayList<>();
    for (Prefix prefix : sorted(prefixes)) {
      Range range = Range.of(prefix);
      Range last = united.isEmpty() ? null : united.getLast();
      if (last != null && last.meets(range)) {
        united.set(united.size() - 1, last.with(range));
      } else {
        united.add(range);
      }
    }
    return united;
  }

  /**
   * In order. Numbers are sorted many times faster than objects, and most prefixes fit into one.
   */
  private static List<Prefix> sorted(List<Prefix> prefixes) {
    long[] numbers = new long[prefixes.size()];
    for (int i = 0; i < numbers.length; i++) {
      Prefix prefix = prefixes.get(i);
      if (prefix.length() > LONGEST_IN_NUMBER) {
        return prefixes.stream().sorted().toList();
      }
      // The first bit the other way round: as unsigned numbers.
      numbers[i] = (prefix.high() | prefix.length()) ^ Long.MIN_VALUE;
    }
    Arrays.sort(numbers);
    boolean six = !prefixes.isEmpty() && prefixes.getFirst().six();
    List<Prefix> sorted = new ArrayList<>(numbers.length);
    for (long number : numbers) {
      long bits = number ^ Long.MIN_VALUE;
      sorted.add(new Prefix(six, bits & ~LENGTH, 0, (int) (bits & LENGTH)));
    }
    return sorted;
  }

  private static List<Range> minus(List<Range> ranges, List<Range> others) {
    List<Range> left = new ArrayList<>();
    int other = 0;
    for (Range range : ranges) {
      Bits from = range.from();
      boolean over = false;
      while (other < others.size() && others.get(other).to().compareTo(from) < 0) {
        other++;
      }
      // The last of them may reach into the next range, so it is looked at again.
      for (int i = other; i < others.size() && !over; i++) {
        Range gone = others.get(i);
        if (gone.from().compareTo(range.to()) > 0) {
          break;
        }
        if (gone.from().compareTo(from) > 0) {
          left.add(new Range(from, gone.from().before()));
        }
        over = gone.to().compareTo(range.to()) >= 0;
        from = over ? from : gone.to().next();
      }
      if (!over) {
        left.add(new Range(from, range.to()));
      }
    }
    return left;
  }
}
