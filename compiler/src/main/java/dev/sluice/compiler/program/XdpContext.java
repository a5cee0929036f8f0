package dev.sluice.compiler.program;

/** A packet as an XDP program sees it ({@code struct xdp_md}). */
public final class XdpContext extends PacketBytes {
  /** {@code XDP_ABORTED}. */
  public static final int ABORTED = 0;

  /** {@code XDP_DROP}. */
  public static final int DROP = 1;

  /** {@code XDP_PASS}. */
  public static final int PASS = 2;

  /** {@code XDP_TX}. */
  public static final int TX = 3;

  private final int ingressIfindex;
  private final int rxQueueIndex;

  /**
   * A packet for a test.
   *
   * @param bytes from its Ethernet header on
   * @param ingressIfindex the device that it came in by
   * @param rxQueueIndex the queue that it came in by
   */
  public XdpContext(byte[] bytes, int ingressIfindex, int rxQueueIndex) {
    super(bytes);
    this.ingressIfindex = ingressIfindex;
    this.rxQueueIndex = rxQueueIndex;
  }

  /** The device that it came in by. */
  public int ingressIfindex() {
    return ingressIfindex;
  }

  /** The queue that it came in by. */
  public int rxQueueIndex() {
    return rxQueueIndex;
  }
}
