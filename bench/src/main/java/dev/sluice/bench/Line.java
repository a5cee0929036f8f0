package dev.sluice.bench;

import java.util.Map;

/**
 * The straight line closest to points: what a run costs by itself, and what one more of something
 * adds to it.
 *
 * @param intercept the value at 0
 * @param slope what one step adds
 */
public record Line(double intercept, double slope) {
  /**
   * The line with the least squares.
   *
   * @param points values by their place
   * @throws IllegalArgumentException with fewer than two places
   */
  public static Line through(Map<Integer, Double> points) {
    if (points.size() < 2) {
      throw new IllegalArgumentException("a line takes two points, found " + points.size());
    }
    double meanX = points.keySet().stream().mapToInt(x -> x).average().orElseThrow();
    double meanY = points.values().stream().mapToDouble(y -> y).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (Map.Entry<Integer, Double> point : points.entrySet()) {
      double dx = point.getKey() - meanX;
      above += dx * (point.getValue() - meanY);
      below += dx * dx;
    }
    double slope = above / below;
    return new Line(meanY - slope * meanX, slope);
  }
}
