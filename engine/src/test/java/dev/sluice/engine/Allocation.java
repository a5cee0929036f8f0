package dev.sluice.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates. */
public final class Allocation {
  private static final int TIMES = 1000;

  private Allocation() {}

  /** Bytes that something allocates each time it is done, in the least of several rounds. */
  public static long of(Runnable doing) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < TIMES; i++) {
        doing.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least / TIMES;
  }
}
