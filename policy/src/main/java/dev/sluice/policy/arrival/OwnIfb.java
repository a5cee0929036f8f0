package dev.sluice.policy.arrival;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Intermediate;
import dev.sluice.policy.queue.Owner;

/** How an {@code ifb} of ours is called, and how a later run knows it again. */
public final class OwnIfb {
  /** The device group of all of them; it is set with the request that makes one. */
  public static final int GROUP = Owner.MAJOR;

  private static final String NAME = "sluice-";

  /** For a number that leaves no room for the whole name. */
  private static final String SHORT = "sl-";

  private static final int LONGEST = 15;

  private OwnIfb() {}

  /** The name of the one for a device with an index. */
  public static String name(int index) {
    String name = NAME + index;
    return name.length() <= LONGEST ? name : SHORT + index;
  }

  /**
   * Whether one is ours: made by us, and not renamed since. Nothing else of anybody's is ever
   * removed, and no policy means it by a pattern.
   */
  public static boolean owns(Intermediate ifb) {
    return ifb.group() == GROUP && indexOf(ifb.device()) != 0;
  }

  /** The index of the device whose arrivals an {@code ifb} of ours queues; 0 if it is no such. */
  static int indexOf(Device ifb) {
    String name = ifb.name();
    String digits = name.substring(name.indexOf('-') + 1);
    if (!digits.matches("[1-9][0-9]{0,9}")) {
      return 0;
    }
    long index = Long.parseLong(digits);
    return index <= Integer.MAX_VALUE && name.equals(name((int) index)) ? (int) index : 0;
  }
}
