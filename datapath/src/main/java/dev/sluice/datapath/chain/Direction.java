package dev.sluice.datapath.chain;

/** Which way packets go at a device. */
public enum Direction {
  /** Arriving: from the wire, or from the peer of a veth device, to the host. */
  INGRESS,
  /** Leaving: from the host to the wire. */
  EGRESS;

  /** {@code ingress} or {@code egress}. */
  @Override
  public String toString() {
    return this == INGRESS ? "ingress" : "egress";
  }
}
