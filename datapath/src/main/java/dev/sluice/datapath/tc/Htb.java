package dev.sluice.datapath.tc;

import org.jspecify.annotations.Nullable;

/**
 * Hierarchical token bucket: a tree of classes, each with a guaranteed rate and a ceiling up to
 * which it borrows ({@code net/sched/sch_htb.c}).
 *
 * @param defaultClass the minor number of the class for packets that no filter chose, as an
 *     unsigned 32-bit number; 0 lets them pass unshaped. tc reads it in hexadecimal.
 * @param rateToQuantum what a class's rate in bytes per second is divided by to get its quantum
 *     ({@code r2q}), 10 unless said otherwise
 * @param directQueueLength packets that may wait in the unshaped queue; null for the device's
 *     transmit queue length
 * @param offload whether the device is asked to do the work
 * @param debug debugging bits, 0 normally
 * @param version the version of the interface: 3 when asking; {@code 0x30011} as kernels report it
 */
public record Htb(
    int defaultClass,
    int rateToQuantum,
    @Nullable Long directQueueLength,
    boolean offload,
    int debug,
    int version)
    implements Qdisc {
  /** An HTB whose default class has this minor number; 0 for none. */
  public static Htb withDefault(int minor) {
    return new Htb(minor, 10, null, false, 0, 3);
  }

  @Override
  public String kind() {
    return "htb";
  }
}
