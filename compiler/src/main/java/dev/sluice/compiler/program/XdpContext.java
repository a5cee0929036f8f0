package dev.sluice.compiler.program;

/**
 * A packet as an XDP program sees it ({@code struct xdp_md}). On the JVM it lies in a page of 4,096
 * bytes as the kernel puts it there for a test run: 216 bytes before it are free.
 */
public final class XdpContext extends PacketBytes {
  /** {@code XDP_ABORTED}. */
  public static final int ABORTED = 0;

  /** {@code XDP_DROP}. */
  public static final int DROP = 1;

  /** {@code XDP_PASS}. */
  public static final int PASS = 2;

  /** {@code XDP_TX}. */
  public static final int TX = 3;

  /** {@code XDP_REDIRECT}: the packet goes where {@link #redirect} said. */
  public static final int REDIRECT = 4;

  private static final int ROOM = 216;

  /** Bytes from the first that is free to what the kernel keeps at the page's end. */
  private static final int LONGEST = 4096 - 40 - 320;

  private static final int ETHERNET = 14;
  private static final int EINVAL = -22;

  private final int ingressIfindex;
  private final int rxQueueIndex;
  private int redirectedTo;

  /**
   * A packet for a test.
   *
   * @param bytes from its Ethernet header on
   * @param ingressIfindex the device that it came in by
   * @param rxQueueIndex the queue that it came in by
   */
  public XdpContext(byte[] bytes, int ingressIfindex, int rxQueueIndex) {
    super(bytes, ROOM);
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

  /** The packet's length in bytes ({@code bpf_xdp_get_buff_len}). */
  public int length() {
    return size();
  }

  /**
   * Takes bytes off the packet's front, or adds some if negative; what those hold is not defined
   * ({@code bpf_xdp_adjust_head}).
   *
   * @return 0, or −22 ({@code EINVAL}) if there is no room, or less than an Ethernet header is left
   */
  public int adjustHead(int by) {
    if (room() + (long) by < 0 || size() - (long) by < ETHERNET) {
      return EINVAL;
    }
    moveStart(by);
    return 0;
  }

  /**
   * Adds zeros at the packet's end, or takes bytes off if negative ({@code bpf_xdp_adjust_tail}).
   *
   * @return 0, or −22 ({@code EINVAL}) if there is no room, or less than an Ethernet header is left
   */
  public int adjustTail(int by) {
    long length = size() + (long) by;
    if (length < ETHERNET || by > 0 && room() + length > LONGEST) {
      return EINVAL;
    }
    resize((int) length);
    return 0;
  }

  /**
   * Sends the packet out by a device ({@code bpf_redirect}).
   *
   * @param ifindex the device
   * @return the verdict to return, {@link #REDIRECT}
   */
  public int redirect(int ifindex) {
    redirectedTo = ifindex;
    return REDIRECT;
  }

  /** On the JVM: where the program sent it; 0 if nowhere. */
  public int redirectedTo() {
    return redirectedTo;
  }
}
