package dev.sluice.policy.arrival;

import dev.sluice.policy.step.Step;
import java.util.List;

/**
 * What is to be done for the arrivals of a device.
 *
 * @param steps the steps in their order; empty where all is as it should be
 * @param obstacles what is in the way, each a sentence, and then there are no steps
 */
public record ArrivalPlan(List<Step> steps, List<String> obstacles) {
  /** Copies the lists. */
  public ArrivalPlan {
    steps = List.copyOf(steps);
    obstacles = List.copyOf(obstacles);
  }
}
