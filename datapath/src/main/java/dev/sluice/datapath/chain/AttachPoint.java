package dev.sluice.datapath.chain;

import dev.sluice.datapath.Device;

/** A place where programs see packets. */
public sealed interface AttachPoint {
  /** The device it is at. */
  Device device();

  /** Which packets it sees. */
  Direction direction();

  /**
   * A device's TCX chain: programs in an order of their own, before the classic filters.
   *
   * @param device the device
   * @param direction which packets it sees
   */
  record Tcx(Device device, Direction direction) implements AttachPoint {
    /** Reads {@code tcx:eth0/ingress}. */
    @Override
    public String toString() {
      return "tcx:" + device + "/" + direction;
    }
  }

  /**
   * A device's classic hook: the direct-action programs among the filters of its clsact qdisc.
   *
   * @param device the device
   * @param direction which packets it sees
   */
  record Clsact(Device device, Direction direction) implements AttachPoint {
    /** Reads {@code tc:eth0/ingress}. */
    @Override
    public String toString() {
      return "tc:" + device + "/" + direction;
    }
  }
}
