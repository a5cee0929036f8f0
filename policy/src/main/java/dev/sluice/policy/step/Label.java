package dev.sluice.policy.step;

import java.util.Locale;

/** What a step does to the traffic that is under way. */
public enum Label {
  /** No packet is lost, and none waits longer for it. */
  HITLESS,
  /** Packets that wait in a queue are lost. */
  LOSSY,
  /** A whole tree of queues is made anew: what waits in it is lost, and counters begin again. */
  REBUILD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
