package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.vm.Execution;
import java.util.Map;

/**
 * Helpers that tell of the machine: time, chance and where the program runs. All its clocks show
 * the same time, that of {@code Surroundings.nanoseconds}.
 */
final class MachineFacts {
  /** Nanoseconds of a tick of the kernel's at 250 Hz, of which {@code jiffies} are counted. */
  private static final long TICK = 4_000_000;

  /** What the count of ticks starts from: it runs over 32 bits after five minutes. */
  private static final long FIRST_TICK = 0xffff_ffffL & -300 * 250;

  private MachineFacts() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.KTIME_GET_NS, MachineFacts::time);
    helpers.put(HelperFunction.KTIME_GET_BOOT_NS, MachineFacts::time);
    helpers.put(HelperFunction.KTIME_GET_TAI_NS, MachineFacts::time);
    helpers.put(HelperFunction.KTIME_GET_COARSE_NS, MachineFacts::coarseTime);
    helpers.put(HelperFunction.JIFFIES64, MachineFacts::ticks);
    helpers.put(HelperFunction.GET_PRANDOM_U32, MachineFacts::random);
    helpers.put(HelperFunction.GET_SMP_PROCESSOR_ID, (x, r1, r2, r3, r4, r5) -> 0);
    helpers.put(HelperFunction.GET_NUMA_NODE_ID, (x, r1, r2, r3, r4, r5) -> 0);
  }

  /** {@code bpf_ktime_get_ns}, {@code bpf_ktime_get_boot_ns}, {@code bpf_ktime_get_tai_ns}. */
  static long time(Execution x, long r1, long r2, long r3, long r4, long r5) {
    return x.surroundings().nanoseconds();
  }

  /** {@code bpf_ktime_get_coarse_ns}: the time of the last tick. */
  static long coarseTime(Execution x, long r1, long r2, long r3, long r4, long r5) {
    long time = x.surroundings().nanoseconds();
    return time - Math.floorMod(time, TICK);
  }

  /** {@code bpf_jiffies64}. */
  static long ticks(Execution x, long r1, long r2, long r3, long r4, long r5) {
    return FIRST_TICK + x.surroundings().nanoseconds() / TICK;
  }

  /** {@code bpf_get_prandom_u32}. */
  static long random(Execution x, long r1, long r2, long r3, long r4, long r5) {
    return x.surroundings().random() & 0xffff_ffffL;
  }
}
