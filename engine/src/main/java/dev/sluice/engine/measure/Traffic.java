package dev.sluice.engine.measure;

import dev.sluice.engine.skb.SocketBuffer;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one flow, class or device: how many, how much, how long they waited, over time.
 *
 * <p>A packet that stands for several segments counts as that many, and its bytes as the wire
 * carries them, as the kernel's own counters do.
 */
public final class Traffic {
  /** Delays are kept to three decimal digits. */
  private static final int DIGITS = 3;

  private static final long OPEN = -1;

  private final TimeSeries bytesOverTime;
  private final TimeSeries delayOverTime;
  private @Nullable AbstractHistogram delays;
  private long packets;
  private long bytes;
  private long counted;
  private long delayed;
  private long bytesInTime = OPEN;
  private long first = -1;
  private long last;

  Traffic(long start, long interval) {
    bytesOverTime = new TimeSeries(TimeSeries.Keeps.SUM, start, interval);
    delayOverTime = new TimeSeries(TimeSeries.Keeps.MAXIMUM, start, interval);
  }

  void count(SocketBuffer packet, long now, long delay) {
    int length = Math.max(packet.length, packet.queueLength);
    packets += Math.max(1, packet.segments);
    bytes += length;
    bytesOverTime.note(now, length);
    delayOverTime.note(now, delay);
    counted++;
    if (delay > 0) {
      record(delay);
    }
    if (first < 0) {
      first = now;
    }
    last = now;
  }

  private void record(long delay) {
    AbstractHistogram known = delays;
    if (known == null) {
      // Delays of one flow or class are near each other: packed, they take a tenth of the memory.
      known = new PackedHistogram(DIGITS);
      known.setAutoResize(true);
      delays = known;
    }
    known.recordValue(delay);
    delayed++;
  }

  /** How many packets. */
  public long packets() {
    return packets;
  }

  /** How many bytes, with their Ethernet headers. */
  public long bytes() {
    return bytes;
  }

  /** From now on bytes count no more for a rate. */
  void close() {
    bytesInTime = bytes;
  }

  /** The bytes that came before {@link Meter#closeRates}; all, if it was not called yet. */
  public long bytesInTime() {
    return bytesInTime == OPEN ? bytes : bytesInTime;
  }

  /** Bytes in each interval. */
  public TimeSeries bytesOverTime() {
    return bytesOverTime;
  }

  /** The longest delay in each interval, in nanoseconds. */
  public TimeSeries delayOverTime() {
    return delayOverTime;
  }

  /**
   * How long packets were delayed at most, for a share of them.
   *
   * @param percent of the packets, above 0 to 100
   * @return nanoseconds, to three digits; 0 where there were no packets
   */
  public long delayPercentile(double percent) {
    AbstractHistogram known = delays;
    // Those that were not delayed come first, and are not in the histogram.
    double behind = counted * percent / 100 - (counted - delayed);
    return known == null || behind <= 0 ? 0 : known.getValueAtPercentile(100 * behind / delayed);
  }

  /** The longest delay in nanoseconds, to three digits. */
  public long longestDelay() {
    return delays == null ? 0 : delays.getMaxValue();
  }

  /** When the first packet was counted, in nanoseconds; −1 if none was. */
  public long first() {
    return first;
  }

  /** When the last packet was counted, in nanoseconds. */
  public long last() {
    return last;
  }
}
