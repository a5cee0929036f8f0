package dev.sluice.programs;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;

/** Sends one of so many packets to whoever reads {@link #SAMPLES}, with its first bytes. */
public final class Sampler {
  /** The longest piece of a packet that is sent along, in bytes. */
  public static final int MOST_BYTES = 128;

  /** In entry 0, of how many packets one is sampled; 0: none. */
  public static final Table<Integer, Integer> EVERY = Table.array(Integer.class, 1);

  /** Where samples go. */
  public static final Events SAMPLES = Events.perf();

  private Sampler() {}

  /**
   * What comes before a packet's bytes.
   *
   * @param time nanoseconds since the machine began
   * @param length the packet's length in bytes
   * @param ifindex the device
   * @param mark {@code skb->mark}
   * @param bytes how many of the packet's bytes follow
   */
  public record Sample(long time, int length, int ifindex, int mark, int bytes) {}

  /** The program. */
  @BpfProgram(name = "sample", otherwise = Verdict.NEXT)
  public static int sample(SkBuff skb) {
    Integer every = EVERY.get(0);
    if (every == null || every == 0) {
      return Verdict.NEXT;
    }
    if (Integer.remainderUnsigned(Kernel.random(), every) == 0) {
      int length = skb.length();
      int bytes = Integer.compareUnsigned(length, MOST_BYTES) < 0 ? length : MOST_BYTES;
      Sample sample = new Sample(Kernel.nanoTime(), length, skb.ifindex(), skb.mark(), bytes);
      SAMPLES.output(skb, sample, bytes);
    }
    return Verdict.NEXT;
  }
}
