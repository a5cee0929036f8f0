package dev.sluice.policy.export;

import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Ports;
import java.util.ArrayList;
import java.util.List;

/** What a value under a mask means: a range, or a few where the mask has holes. */
final class MaskedBits {
  /** So many holes become ranges of their own, 16 in all. */
  private static final int MOST_HOLES = 4;

  private MaskedBits() {}

  /**
   * The least numbers of the ranges that fit, each as long as the zeros at the mask's end allow.
   *
   * @param mask the bits that count
   * @param value what they are; no others are set
   * @param width how many bits there are, 1 to 32
   * @return empty if the mask has too many holes
   */
  private static List<Integer> starts(int mask, int value, int width) {
    int all = width == 32 ? -1 : (1 << width) - 1;
    int free = behind(mask, width);
    int holes = ~mask & all & ~free;
    List<Integer> starts = new ArrayList<>();
    if (Integer.bitCount(holes) > MOST_HOLES) {
      return starts;
    }
    // Every subset of the holes, from none to all of them.
    int subset = 0;
    do {
      starts.add(value | subset);
      subset = (subset - holes) & holes;
    } while (subset != 0);
    return starts;
  }

  /** The bits behind the last that counts. */
  private static int behind(int mask, int width) {
    return mask == 0
        ? width == 32 ? -1 : (1 << width) - 1
        : (1 << Integer.numberOfTrailingZeros(mask)) - 1;
  }

  /** Ports, in order; empty if the mask has too many holes. */
  static List<Ports> ports(int mask, int value, int width) {
    int behind = behind(mask, width);
    return starts(mask, value, width).stream()
        .map(first -> new Ports(first, first | behind))
        .sorted((one, other) -> Integer.compare(one.first(), other.first()))
        .toList();
  }

  /** IPv4 prefixes, in order; empty if the mask has too many holes. */
  static List<Prefix> prefixes(int mask, int value) {
    int length = mask == 0 ? 0 : 32 - Integer.numberOfTrailingZeros(mask);
    return starts(mask, value, 32).stream()
        .map(first -> Prefix.four(first, length))
        .sorted()
        .toList();
  }

  /**
   * An IPv6 prefix.
   *
   * @param mask four words
   * @param value four words
   * @return empty if the mask is none of a prefix
   */
  static List<Prefix> prefix6(int[] mask, int[] value) {
    int length = 0;
    for (int i = 0; i < 4; i++) {
      int ones = Integer.numberOfLeadingZeros(~mask[i]);
      boolean isPrefix = mask[i] == (ones == 0 ? 0 : -1 << (32 - ones));
      if (!isPrefix || ones > 0 && length < 32 * i) {
        return List.of();
      }
      length += ones;
    }
    return List.of(
        Prefix.six(
            (long) value[0] << 32 | value[1] & 0xffff_ffffL,
            (long) value[2] << 32 | value[3] & 0xffff_ffffL,
            length));
  }

  /** Numbers of 6 bits as a set: bit n stands for n. */
  static long codePoints(int mask, int value) {
    long set = 0;
    for (int code = 0; code < 64; code++) {
      if ((code & mask) == value) {
        set |= 1L << code;
      }
    }
    return set;
  }
}
