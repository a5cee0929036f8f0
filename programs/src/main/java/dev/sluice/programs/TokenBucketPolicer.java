package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;

/**
 * Drops what is above a rate: a bucket of tokens, a byte each, that fills at that rate. It is kept
 * without a lock, so processors that send at the very same time may let a packet more pass.
 */
public final class TokenBucketPolicer {
  /** The bucket, in entry 0. Its rate and burst are set from outside. */
  public static final Table<Integer, Bucket> BUCKET = Table.array(Bucket.class, 1);

  private static final long NANOSECONDS = 1_000_000_000L;

  private TokenBucketPolicer() {}

  /**
   * A bucket.
   *
   * @param rate bytes a second; 0: nothing is dropped
   * @param burst bytes that it holds
   * @param tokens bytes that are in it
   * @param filled when they were counted, in nanoseconds since the machine began
   * @param dropped packets
   */
  public record Bucket(long rate, long burst, long tokens, long filled, long dropped) {}

  /** The program. */
  @BpfProgram(name = "police", otherwise = Verdict.NEXT)
  public static int police(SkBuff skb) {
    Cell<Bucket> cell = BUCKET.cell(0);
    if (cell == null) {
      return Verdict.NEXT;
    }
    Bucket bucket = cell.get();
    if (bucket.rate() == 0) {
      return Verdict.NEXT;
    }
    long now = Kernel.nanoTime();
    long passed = Math.min(now - bucket.filled(), NANOSECONDS);
    long tokens = Math.min(bucket.tokens() + bucket.rate() * passed / NANOSECONDS, bucket.burst());
    cell.set("filled", now);
    long length = skb.length();
    if (length > tokens) {
      cell.set("tokens", tokens);
      cell.add("dropped", 1);
      return Verdict.DROP;
    }
    cell.set("tokens", tokens - length);
    return Verdict.NEXT;
  }
}
