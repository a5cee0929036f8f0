package dev.sluice.compiler.program;

import java.util.Arrays;

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

  /** {@code XDP_REDIRECT}. */
  public static final int REDIRECT = 4;

  private static final int EINVAL = -22;
  private static final int ETHERNET_HEADER = 14;

  /** Bytes in front of a packet that it may grow into: 256, of which the kernel keeps 40. */
  private static final int HEADROOM = 216;

  /** Bytes of a page behind a packet's start: without 256 in front and 320 of the kernel's. */
  private static final int ROOM = 3520;

  private final int ingressIfindex;
  private final int rxQueueIndex;
  private int headroom = HEADROOM;
  private int redirectedTo;

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

  /**
   * Moves the packet's start ({@code bpf_xdp_adjust_head}).
   *
   * @param bytes how many it loses; if negative, how many it gains, which hold anything
   * @return 0, or −22 ({@code EINVAL}) if it would lose its Ethernet header, or has no room in
   *     front
   */
  public int adjustHead(int bytes) {
    byte[] old = toArray();
    if (bytes < -headroom || bytes > old.length - ETHERNET_HEADER) {
      return EINVAL;
    }
    byte[] moved = new byte[old.length - bytes];
    System.arraycopy(
        old, Math.max(0, bytes), moved, Math.max(0, -bytes), old.length - Math.max(0, bytes));
    replaceBytes(moved);
    headroom += bytes;
    return 0;
  }

  /**
   * Moves the packet's end ({@code bpf_xdp_adjust_tail}).
   *
   * @param bytes how many it gains, which are zeros; if negative, how many it loses
   * @return 0, or −22 ({@code EINVAL}) if it would lose its Ethernet header, or has no room behind
   */
  public int adjustTail(int bytes) {
    long length = size() + (long) bytes;
    boolean tooLong = bytes > 0 && length - (HEADROOM - headroom) > ROOM;
    if (tooLong || length < ETHERNET_HEADER) {
      return EINVAL;
    }
    replaceBytes(Arrays.copyOf(toArray(), (int) length));
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
