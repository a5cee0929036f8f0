package dev.sluice.compiler.program;

/**
 * Checksums of 16-bit words with the carry added back, corrected for what was changed (RFC 1624;
 * include/net/checksum.h).
 */
final class InternetChecksum {
  private InternetChecksum() {}

  /** After 2 of the bytes that it covers were replaced ({@code csum_replace2}). */
  static int replace2(int checksum, int from, int to) {
    return ~add16(add16(~checksum & 0xffff, ~from & 0xffff), to & 0xffff) & 0xffff;
  }

  /** After 4 of the bytes that it covers were replaced ({@code csum_replace4}). */
  static int replace4(int checksum, int from, int to) {
    int sum = add32(add32(~checksum, ~from), to);
    int once = (sum & 0xffff) + (sum >>> 16);
    return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
  }

  private static int add16(int left, int right) {
    int sum = left + right;
    return (sum & 0xffff) + (sum >>> 16);
  }

  private static int add32(int left, int right) {
    long sum = (left & 0xffff_ffffL) + (right & 0xffff_ffffL);
    return (int) (sum + (sum >>> 32));
  }
}
