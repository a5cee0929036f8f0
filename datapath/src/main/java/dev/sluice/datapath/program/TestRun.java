package dev.sluice.datapath.program;

import dev.sluice.datapath.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A run of a program on given bytes ({@code BPF_PROG_TEST_RUN}).
 *
 * @param packet the packet from its Ethernet header; at least 14 bytes
 * @param context the program's context before the run ({@code struct __sk_buff}, {@code struct
 *     xdp_md}) in host byte order; null for all zero
 * @param repeat how often it runs on the same packet, 1 or more
 * @param liveFrames whether an XDP program's verdicts are carried out: the packets then are real
 *     and arrive at the device that the context names
 * @param batchSize how many live frames are handled at a time, 0 for the kernel's 64
 */
public record TestRun(
    Bytes packet, @Nullable Bytes context, int repeat, boolean liveFrames, int batchSize) {
  /** Checks the ranges. */
  public TestRun {
    if (repeat < 1) {
      throw new IllegalArgumentException("repeat must be 1 or more: " + repeat);
    }
    if (batchSize < 0) {
      throw new IllegalArgumentException("batch size must not be negative: " + batchSize);
    }
  }

  /** One run on a packet. */
  public static TestRun of(byte[] packet) {
    return new TestRun(Bytes.copyOf(packet), null, 1, false, 0);
  }

  /** The same, so many times. */
  public TestRun repeated(int times) {
    return new TestRun(packet, context, times, liveFrames, batchSize);
  }

  /** The same, with a context. */
  public TestRun withContext(Bytes context) {
    return new TestRun(packet, context, repeat, liveFrames, batchSize);
  }

  /**
   * What came of it.
   *
   * @param verdict what the program returned the last time
   * @param packet the packet after the run; empty with live frames
   * @param context the context after the run; empty where none was given
   * @param nanoseconds the average time of one run
   */
  public record Result(int verdict, Bytes packet, Bytes context, long nanoseconds) {}
}
