package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.RateSpec;

/** Rates as a policy has them, with what it cannot say of them noted. */
final class RateNotes {
  private static final Rate LEAST = new Rate(1);

  private final Device device;
  private final Notes notes;

  RateNotes(Device device, Notes notes) {
    this.device = device;
    this.notes = notes;
  }

  /** A rate; a policy has none below 8 bit/s. */
  Rate rate(RateSpec spec, String where, String which) {
    if (spec.overhead() != 0 || spec.minimumPacketUnit() != 0) {
      notes.leftOut(
          device,
          where,
          "overhead "
              + spec.overhead()
              + " and mpu "
              + spec.minimumPacketUnit()
              + " of its "
              + which
              + ": a policy counts packets as long as they are");
    }
    if (spec.linkLayer() == LinkLayer.ATM) {
      notes.leftOut(device, where, "link layer atm of its " + which + ": a policy has none");
    }
    if (spec.rate().compareTo(LEAST) < 0) {
      notes.changed(device, where, "its " + which + " is 0, a policy's 8bit at least");
      return LEAST;
    }
    return spec.rate();
  }
}
