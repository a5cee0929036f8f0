package dev.sluice.datapath;

/**
 * An amount of data.
 *
 * @param bytes bytes, 0 to {@link Long#MAX_VALUE}
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  /** Checks the range. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size must not be negative: " + bytes + " bytes");
    }
  }

  /** A size in bytes. */
  public static DataSize bytes(long bytes) {
    return new DataSize(bytes);
  }

  /** A size in units of 1024 bytes. */
  public static DataSize kibibytes(long kibibytes) {
    return new DataSize(Math.multiplyExact(kibibytes, 1024L));
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The size as tc prints it: {@code 4Kb}, {@code 1540b}. */
  @Override
  public String toString() {
    if (bytes >= 1024 * 1024 && bytes % (1024 * 1024) == 0) {
      return bytes / (1024 * 1024) + "Mb";
    }
    if (bytes >= 1024 && bytes % 1024 == 0) {
      return bytes / 1024 + "Kb";
    }
    return bytes + "b";
  }
}
