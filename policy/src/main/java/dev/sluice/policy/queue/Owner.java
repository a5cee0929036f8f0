package dev.sluice.policy.queue;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.QdiscEntry;

/** The numbers by which a later run knows its own qdiscs again. */
public final class Owner {
  /** The major number of the root qdisc: the mark of who made it. */
  public static final int MAJOR = 0x51ce;

  /** The name of the root qdisc. */
  public static final Handle ROOT = Handle.of(MAJOR, 0);

  private static final int FIRST_LEAF = 0x5200;

  /** From here on the kernel numbers by itself. */
  private static final int KERNEL_CHOICE = 0x8000;

  private Owner() {}

  /** Whether a qdisc is a root qdisc of ours. */
  public static boolean owns(QdiscEntry entry) {
    return entry.isRoot() && entry.handle().equals(ROOT);
  }

  /** The name of a class of ours; of the root qdisc for 0. */
  public static Handle classId(int minor) {
    return Handle.of(MAJOR, minor);
  }

  /**
   * The name for the queue of a class: a major number that follows from its minor number, where
   * there is room below those that the kernel chooses; else the kernel's choice. Queues are known
   * by the class that they hang from, never by this.
   */
  static Handle leaf(int minor) {
    int major = FIRST_LEAF + minor;
    return major < KERNEL_CHOICE ? Handle.of(major, 0) : Handle.UNSPECIFIED;
  }
}
