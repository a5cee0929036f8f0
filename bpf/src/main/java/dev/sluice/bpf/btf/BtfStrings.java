package dev.sluice.bpf.btf;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The strings of a BTF blob, each ended by a NUL and known by its offset. Several threads may read.
 */
final class BtfStrings {
  /**
   * Most characters of all strings together. They may share their ends, so that a small blob could
   * otherwise hold strings of any length.
   */
  private static final int MAX_NAMES = 1 << 26;

  private final byte[] blob;
  private final int start;
  private final int length;
  private final Map<Integer, String> known = new HashMap<>();
  private int knownBytes;

  /**
   * @param blob is kept
   * @param start where they start in the blob
   * @param length 1 or more bytes, all of them in the blob
   * @throws InvalidBtfException if they do not start and end with a NUL
   */
  BtfStrings(byte[] blob, int start, int length) {
    this.blob = blob;
    this.start = start;
    this.length = length;
    if (blob[start] != 0 || blob[start + length - 1] != 0) {
      throw new InvalidBtfException(start, "strings must start and end with a NUL");
    }
  }

  /**
   * The string at an offset.
   *
   * @param user where in the blob the offset stands, for the exception
   */
  synchronized String at(int user, int offset) {
    if (offset < 0 || offset >= length) {
      throw new InvalidBtfException(
          user,
          "a name at %d of %d bytes of strings".formatted(Integer.toUnsignedLong(offset), length));
    }
    return known.computeIfAbsent(offset, this::read);
  }

  private String read(int offset) {
    int first = start + offset;
    int end = first;
    while (blob[end] != 0) {
      end++;
    }
    knownBytes += end - first;
    if (knownBytes > MAX_NAMES) {
      throw new InvalidBtfException(first, "names of more than " + MAX_NAMES + " bytes");
    }
    return new String(blob, first, end - first, StandardCharsets.UTF_8);
  }
}
