package dev.sluice.compiler.program;

import java.util.concurrent.ThreadLocalRandom;

/** What a program asks the kernel. On the JVM, tests say what it answers. */
public final class Kernel {
  private static final ThreadLocal<Long> TIME = new ThreadLocal<>();

  private Kernel() {}

  /**
   * A constant that may be set to something else when the program is compiled: {@code static final
   * int PORT = Kernel.constant(443)}. On the JVM it is what it says.
   */
  public static int constant(int usual) {
    return usual;
  }

  /** As {@link #constant(int)}, of 64 bits. */
  public static long constant(long usual) {
    return usual;
  }

  /** Nanoseconds since the machine began ({@code bpf_ktime_get_ns}). */
  public static long nanoTime() {
    Long told = TIME.get();
    return told == null ? System.nanoTime() : told;
  }

  /** A random number of 32 bits ({@code bpf_get_prandom_u32}). */
  public static int random() {
    return ThreadLocalRandom.current().nextInt();
  }

  /** The number of this processor ({@code bpf_get_smp_processor_id}). */
  public static int processor() {
    return 0;
  }

  /** For a test: what {@link #nanoTime} answers in this thread. */
  public static void setNanoTime(long nanoseconds) {
    TIME.set(nanoseconds);
  }
}
