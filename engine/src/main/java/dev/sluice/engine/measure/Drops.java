package dev.sluice.engine.measure;

import dev.sluice.engine.net.DropPlace;

/** What was dropped at one place. */
public final class Drops {
  private final DropPlace place;
  private final TimeSeries packetsOverTime;
  private long packets;
  private long bytes;

  Drops(DropPlace place, long start, long interval) {
    this.place = place;
    packetsOverTime = new TimeSeries(TimeSeries.Keeps.SUM, start, interval);
  }

  void count(int segments, int length, long now) {
    packets += segments;
    bytes += length;
    packetsOverTime.note(now, segments);
  }

  /** Where. */
  public DropPlace place() {
    return place;
  }

  /** How many packets. */
  public long packets() {
    return packets;
  }

  /** How many bytes. */
  public long bytes() {
    return bytes;
  }

  /** Packets in each interval. */
  public TimeSeries packetsOverTime() {
    return packetsOverTime;
  }
}
