package dev.sluice.bpf.requirement;

import java.util.Comparator;

/**
 * A release of Linux, such as 5.10.
 *
 * @param major 3 or more
 * @param minor 0 or more
 */
public record KernelRelease(int major, int minor) implements Comparable<KernelRelease> {
  private static final Comparator<KernelRelease> ORDER =
      Comparator.comparingInt(KernelRelease::major).thenComparingInt(KernelRelease::minor);

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public KernelRelease {
    if (major < 3 || minor < 0) {
      throw new IllegalArgumentException("there is no release " + major + "." + minor);
    }
  }

  /** Reads {@code 5.10}. */
  static KernelRelease of(String text) {
    int dot = text.indexOf('.');
    return new KernelRelease(
        Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }

  @Override
  public int compareTo(KernelRelease other) {
    return ORDER.compare(this, other);
  }

  /** Reads {@code 5.10}. */
  @Override
  public String toString() {
    return major + "." + minor;
  }
}
