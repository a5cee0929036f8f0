package dev.sluice.cli.demo;

import java.util.List;

/**
 * What was measured beside what was configured.
 *
 * @param scenario the scenario's title
 * @param trial the trial's title
 * @param subject whose rate it is
 * @param configuredBitsPerSecond the rate configured
 * @param measuredBitsPerSecond the rate measured, from the kernel's counters of whole frames
 * @param share its part of what left the device, 0 to 1
 * @param payloadBitsPerSecond the rate at which payload arrived
 * @param drops packets dropped
 * @param borrows packets sent with borrowed rate
 * @param deviation how far off the measured rate is, as a part of the configured one
 * @param tolerated how far off it may be to the side it is off
 * @param holds whether that is close enough
 */
record Finding(
    String scenario,
    String trial,
    String subject,
    long configuredBitsPerSecond,
    double measuredBitsPerSecond,
    double share,
    double payloadBitsPerSecond,
    long drops,
    long borrows,
    double deviation,
    double tolerated,
    boolean holds) {
  /** Compares all that is expected of a trial with what happened. */
  static List<Finding> of(Scenario scenario, Trial trial, Interval interval) {
    return trial.expectations().stream()
        .map(expectation -> of(scenario, trial, expectation, interval))
        .toList();
  }

  private static Finding of(
      Scenario scenario, Trial trial, Expectation expectation, Interval interval) {
    Counter counter = expectation.counter();
    double measured = interval.rate(counter);
    double deviation = expectation.deviation(measured);
    return new Finding(
        scenario.title(),
        trial.title(),
        counter.toString(),
        expectation.rate().bitsPerSecond(),
        measured,
        interval.share(counter),
        interval.goodput(expectation.flows()),
        interval.drops(counter),
        interval.borrows(counter),
        deviation,
        deviation < 0 ? expectation.below() : expectation.above(),
        expectation.holds(measured));
  }
}
