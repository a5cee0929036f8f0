package dev.sluice.cli.simulation;

import dev.sluice.engine.net.WireSpec;
import java.util.List;

/**
 * What is sent, and over what.
 *
 * @param duration how long flows send at most, in nanoseconds
 * @param wire the wire behind each device
 * @param flows the flows
 */
record TrafficPlan(long duration, WireSpec wire, List<FlowPlan> flows) {
  TrafficPlan {
    flows = List.copyOf(flows);
  }
}
