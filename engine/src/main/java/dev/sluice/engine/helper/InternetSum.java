package dev.sluice.engine.helper;

/**
 * Sums of 16-bit words in one's complement, as Internet checksums are made of ({@code
 * include/net/checksum.h}). Words are taken in the host's byte order, little endian here as on most
 * machines, which does not matter as long as sums are stored in the same.
 *
 * <p>A 32-bit sum has a carry of its own and is not 0 unless all that went into it is, as in the
 * kernel: {@code 0} and {@code 0xffffffff} are told apart.
 */
final class InternetSum {
  private InternetSum() {}

  /** The 32-bit sum of two ({@code csum_add}). */
  static int add(int one, int other) {
    int sum = one + other;
    return Integer.compareUnsigned(sum, other) < 0 ? sum + 1 : sum;
  }

  /** The 32-bit difference of two ({@code csum_sub}). */
  static int subtract(int one, int other) {
    return add(one, ~other);
  }

  /** A checksum: the complement of a sum's 16 bits ({@code csum_fold}). */
  static int fold(int sum) {
    return ~reduce(sum) & 0xffff;
  }

  /** A sum in 16 bits ({@code csum_from32to16}). */
  static int reduce(int sum) {
    int once = (sum & 0xffff) + (sum >>> 16);
    return (once & 0xffff) + (once >>> 16);
  }

  /**
   * The 32-bit sum of bytes and of another sum ({@code csum_partial}). An odd byte at the end
   * counts as one with a 0 behind it.
   */
  static int of(byte[] bytes, int from, int count, int seed) {
    long sum = seed & 0xffff_ffffL;
    int at = from;
    int end = from + count;
    for (; at + 4 <= end; at += 4) {
      sum +=
          (bytes[at] & 0xffL)
              | ((bytes[at + 1] & 0xffL) << 8)
              | ((bytes[at + 2] & 0xffL) << 16)
              | ((bytes[at + 3] & 0xffL) << 24);
    }
    for (int shift = 0; at < end; at++, shift += 8) {
      sum += (bytes[at] & 0xffL) << shift;
    }
    sum = (sum & 0xffff_ffffL) + (sum >>> 32);
    return (int) (sum + (sum >>> 32));
  }

  /** The checksum at an index, host order. */
  static int read(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | ((bytes[at + 1] & 0xff) << 8);
  }

  /** Sets the checksum at an index. */
  static void write(byte[] bytes, int at, int checksum) {
    bytes[at] = (byte) checksum;
    bytes[at + 1] = (byte) (checksum >>> 8);
  }

  /** A checksum after a difference was added to what it is of ({@code csum_replace_by_diff}). */
  static int replaceByDifference(int checksum, int difference) {
    return fold(add(difference, ~checksum));
  }

  /** A checksum after 4 bytes of what it is of were replaced ({@code csum_replace4}). */
  static int replace4(int checksum, int from, int to) {
    return fold(add(subtract(~checksum, from), to));
  }

  /** A checksum after 2 bytes of what it is of were replaced ({@code csum_replace2}). */
  static int replace2(int checksum, int from, int to) {
    return ~add16(add16(~checksum & 0xffff, ~from & 0xffff), to & 0xffff) & 0xffff;
  }

  /** The 16-bit sum of two of 16 bits ({@code csum16_add}). */
  static int add16(int one, int other) {
    int sum = one + other & 0xffff;
    return sum < other ? sum + 1 : sum;
  }
}
