package dev.sluice.bpf;

import java.util.Arrays;
import java.util.HexFormat;

/** The bytes that the only value of an array map has from the start. */
public final class MapContents {
  private final byte[] bytes;

  private MapContents(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the given bytes. */
  public static MapContents copyOf(byte[] bytes) {
    return new MapContents(bytes.clone());
  }

  /**
   * The bytes that are written as hexadecimal digits, two a byte, with nothing between.
   *
   * @throws IllegalArgumentException if they are not
   */
  public static MapContents ofHex(String hex) {
    return new MapContents(HexFormat.of().parseHex(hex));
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MapContents that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes as hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
