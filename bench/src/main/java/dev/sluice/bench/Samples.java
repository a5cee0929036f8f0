package dev.sluice.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Repeated measurements of one thing.
 *
 * @param count how many there were
 * @param median the middle one; of an even number the mean of the middle two
 * @param lowest the smallest
 * @param highest the largest
 */
public record Samples(int count, double median, double lowest, double highest) {
  /**
   * Sums up measurements.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Samples of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no measurements");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Samples(sorted.length, median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The median, and from where to where the others lie. */
  public String text(String format) {
    return (format + " (" + format + "…" + format + ")").formatted(median, lowest, highest);
  }

  /** How many times another median this one is. */
  public String ratioTo(Samples other) {
    return ratio(median / other.median);
  }

  /** A ratio with as many digits as say something. */
  public static String ratio(double ratio) {
    return (ratio < 0.1 ? "%.3f×" : "%.2f×").formatted(ratio);
  }
}
