package dev.sluice.policy.queue;

import dev.sluice.datapath.Handle;

/** By which a qdisc is known as a policy's. */
public final class Owner {
  /** The major number of roots that policies make. */
  public static final int MAJOR = 0x51ce;

  /** The handle of such a root. */
  public static final Handle ROOT = Handle.of(MAJOR, 0);

  private Owner() {}
}
