package dev.sluice.policy.address;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Addresses of both families: united, subtracted, and as few prefixes as can be. */
public final class AddressSet {
  /** Of each family the ranges, in order; between two there is an address that is in none. */
  private final List<Range> four;

  private final List<Range> six;

  private AddressSet(List<Range> four, List<Range> six) {
    this.four = four;
    this.six = six;
  }

  /** The addresses that are in any of some prefixes. */
  public static AddressSet of(Collection<Prefix> prefixes) {
    List<Range> four = new ArrayList<>();
    List<Range> six = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      (prefix.six() ? six : four).add(Range.of(prefix));
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

  private static List<Range> united(List<Range> ranges) {
    ranges.sort(null);
    List<Range> united = new ArrayList<>();
    for (Range range : ranges) {
      Range last = united.isEmpty() ? null : united.getLast();
      if (last != null && last.meets(range)) {
        united.set(united.size() - 1, last.with(range));
      } else {
        united.add(range);
      }
    }
    return united;
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
