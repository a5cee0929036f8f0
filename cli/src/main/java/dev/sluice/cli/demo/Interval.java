package dev.sluice.cli.demo;

import java.util.List;

/**
 * What happened between two readings.
 *
 * @param from the earlier one
 * @param to the later one
 */
record Interval(Reading from, Reading to) {
  /** How long it was, in seconds. */
  double seconds() {
    return (to.nanoTime() - from.nanoTime()) / 1e9;
  }

  /** The rate at which whole frames left, in bits per second. */
  double rate(Counter counter) {
    return (to.bytes(counter) - from.bytes(counter)) * 8 / seconds();
  }

  /** The part of everything that left the device, 0 to 1. */
  double share(Counter counter) {
    long all = to.bytes(Counter.root()) - from.bytes(Counter.root());
    return all == 0 ? 0 : (to.bytes(counter) - from.bytes(counter)) / (double) all;
  }

  /** Packets dropped. */
  long drops(Counter counter) {
    return to.drops(counter) - from.drops(counter);
  }

  /** Packets sent at an ancestor's expense. */
  long borrows(Counter counter) {
    return to.borrows(counter) - from.borrows(counter);
  }

  /** The rate at which payload of flows arrived, in bits per second. */
  double goodput(List<String> flows) {
    long bytes = 0;
    for (String flow : flows) {
      bytes += to.received().getOrDefault(flow, 0L) - from.received().getOrDefault(flow, 0L);
    }
    return bytes * 8 / seconds();
  }
}
