package dev.sluice.conformance.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Flows that run at the same time, and what each of them is to get. */
final class Loads {
  private static final double SECONDS = 3;

  private Loads() {}

  /**
   * Has flows run, and fails unless each gets what it is to get.
   *
   * @param load flows, and Mbit/s
   * @param tolerance as a part of that
   * @param tries how often to try: a machine that stands still for a moment lets tokens go to waste
   * @return what they got
   */
  static Map<String, Double> assertShares(
      Stage stage, Map<TestFlow, Double> load, double tolerance, int tries) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      Map<String, Double> rates = stage.measure(List.copyOf(load.keySet()), SECONDS);
      int before = wrong.size();
      load.forEach(
          (flow, wish) -> {
            double rate = rates.getOrDefault(flow.name(), 0.0);
            if (Math.abs(rate - wish) > wish * tolerance) {
              wrong.add("%s: %.3f instead of %.3f Mbit/s".formatted(flow.name(), rate, wish));
            }
          });
      if (wrong.size() == before) {
        return rates;
      }
    }
    throw new AssertionError(String.join("\n", wrong));
  }
}
