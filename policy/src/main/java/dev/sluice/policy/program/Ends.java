package dev.sluice.policy.program;

/**
 * The addresses of a packet's ends. Those of IPv4 are in {@code ::ffff:0:0/96}.
 *
 * @param fromHigh of the sender's
 * @param fromLow of the sender's
 * @param toHigh of the receiver's
 * @param toLow of the receiver's
 */
record Ends(long fromHigh, long fromLow, long toHigh, long toLow) {
  private static final long MAPPED = 0xffffL << 32;

  static Ends four(int from, int to) {
    return new Ends(0, MAPPED | from & 0xffff_ffffL, 0, MAPPED | to & 0xffff_ffffL);
  }

  /** Whether the sender's end is the first of the connection. */
  boolean inOrder(int fromPort, int toPort) {
    if (fromHigh != toHigh) {
      return Long.compareUnsigned(fromHigh, toHigh) < 0;
    }
    if (fromLow != toLow) {
      return Long.compareUnsigned(fromLow, toLow) < 0;
    }
    return fromPort <= toPort;
  }

  /** Whether both are the same address. */
  boolean same() {
    return fromHigh == toHigh && fromLow == toLow;
  }
}
