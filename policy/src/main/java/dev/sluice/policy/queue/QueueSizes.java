package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How large buckets and queues are, unless the policy says it. */
public final class QueueSizes {
  /** How long packets wait at most. */
  public static final Duration QUEUE = Duration.ofMillis(50);

  /** The largest number of bytes that a kernel takes. */
  static final long MOST = 0xffff_ffffL;

  /**
   * What a packet of a sender with segmentation offload counts at most: 64 KiB, with the headers of
   * each of its segments.
   */
  static final long LARGEST_PACKET = 72 * 1024;

  private static final Duration BURST = Duration.ofMillis(20);
  private static final long LEAST_BURST = 16 * 1024;

  /** A packet of a sender with segmentation offload has up to 64 KiB; two of them fit. */
  private static final long LEAST_QUEUE = 128 * 1024;

  /** A class sends a frame at least when it is its turn, or the kernel gives a warning. */
  private static final long LEAST_QUANTUM = 1514;

  /** The most that the kernel takes without a warning. */
  private static final long MOST_QUANTUM = 200_000;

  private QueueSizes() {}

  /** What a rate sends in a time, bounded by what a kernel takes. */
  public static long bytes(Rate rate, Duration time) {
    double bytes = rate.bytesPerSecond() * (time.toSeconds() + time.toNanosPart() / 1e9);
    return (long) Math.min(MOST, bytes);
  }

  public static long burst(Rate rate, @Nullable DataSize said) {
    return said != null ? Math.min(MOST, said.bytes()) : Math.max(bytes(rate, BURST), LEAST_BURST);
  }

  /** Bytes that may wait at a rate, and in a class's queue. */
  public static long limit(Rate ceil, @Nullable Duration queue) {
    return Math.max(bytes(ceil, queue == null ? QUEUE : queue), LEAST_QUEUE);
  }

  public static long quantum(Rate rate) {
    return Math.clamp(rate.bytesPerSecond() / 10, LEAST_QUANTUM, MOST_QUANTUM);
  }
}
