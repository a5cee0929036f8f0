package dev.sluice.packet;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that do not change. */
public final class Octets {
  /** No bytes. */
  public static final Octets NONE = new Octets(new byte[0]);

  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of some bytes. */
  public static Octets copyOf(byte[] bytes) {
    return copyOf(bytes, 0, bytes.length);
  }

  /**
   * A copy of a part of some bytes.
   *
   * @throws IndexOutOfBoundsException if the array has no such bytes
   */
  public static Octets copyOf(byte[] bytes, int from, int length) {
    if (length == 0) {
      return NONE;
    }
    byte[] copy = new byte[length];
    System.arraycopy(bytes, from, copy, 0, length);
    return new Octets(copy);
  }

  /** How many there are. */
  public int length() {
    return bytes.length;
  }

  /** The byte at an index, 0 to 255. */
  public int at(int index) {
    return bytes[index] & 0xff;
  }

  /** A copy in an array. */
  public byte[] toArray() {
    return bytes.clone();
  }

  /** Copies them to a place in an array. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
