package dev.sluice.cli.demo;

import java.util.List;

/**
 * Traffic sent over a configuration, and what is expected of it.
 *
 * @param title what is tried
 * @param flows what is sent, all at once
 * @param expectations what the counters should say
 */
record Trial(String title, List<Flow> flows, List<Expectation> expectations) {
  Trial {
    flows = List.copyOf(flows);
    expectations = List.copyOf(expectations);
  }
}
