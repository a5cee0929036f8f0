package dev.sluice.cli.demo;

import dev.sluice.datapath.Rate;
import java.util.List;

/**
 * The rate that something should show.
 *
 * @param counter whose counters are looked at
 * @param flows the names of the flows whose arrivals are shown beside it
 * @param rate the rate that was configured
 * @param below how far below the rate it may be, as a part of it: 0.03 is 3 %
 * @param above how far above it may be, likewise
 */
record Expectation(Counter counter, List<String> flows, Rate rate, double below, double above) {
  /** What a rate may be off under overload. */
  static final double TOLERANCE = 0.03;

  Expectation {
    flows = List.copyOf(flows);
  }

  /** A flow's rate within 3 %. */
  static Expectation of(Counter counter, Flow flow, Rate rate) {
    return of(counter, List.of(flow), rate);
  }

  /** The rate of several flows together, within 3 %. */
  static Expectation of(Counter counter, List<Flow> flows, Rate rate) {
    List<String> names = flows.stream().map(Flow::name).toList();
    return new Expectation(counter, names, rate, TOLERANCE, TOLERANCE);
  }

  /** The same with other room below and above. */
  Expectation within(double partBelow, double partAbove) {
    return new Expectation(counter, flows, rate, partBelow, partAbove);
  }

  /** How far off a measured rate is, as a part of the configured one; negative when below. */
  double deviation(double bitsPerSecond) {
    return bitsPerSecond / rate.bitsPerSecond() - 1;
  }

  /** Whether a measured rate is close enough. */
  boolean holds(double bitsPerSecond) {
    double deviation = deviation(bitsPerSecond);
    return deviation >= -below && deviation <= above;
  }
}
