package dev.sluice.policy.step;

import dev.sluice.datapath.tc.Statistics;

/**
 * What waits in a queue.
 *
 * @param packets packets
 * @param bytes bytes
 */
public record Backlog(long packets, long bytes) {
  /** Nothing. */
  public static final Backlog NONE = new Backlog(0, 0);

  /** What a kernel counts. */
  public static Backlog of(Statistics statistics) {
    return new Backlog(statistics.queueLength(), statistics.backlog());
  }

  /** Both. */
  public Backlog plus(Backlog other) {
    return new Backlog(packets + other.packets, bytes + other.bytes);
  }

  @Override
  public String toString() {
    return packets + (packets == 1 ? " packet, " : " packets, ") + bytes + " bytes";
  }
}
