package dev.sluice.compiler.program;

import java.nio.ByteOrder;

/**
 * A packet with what the kernel's socket buffer knows of it ({@code struct __sk_buff} in
 * include/uapi/linux/bpf.h).
 *
 * @param <T> how programs of a kind see it
 */
public abstract sealed class SocketBuffer<T extends SocketBuffer<T>> extends PacketBytes
    permits SkBuff, CgroupSkb {
  private static final int CONTROL_WORDS = 5;
  private static final int NO_QUEUE = 0xffff;

  private int packetType;
  private int mark;
  private int queueMapping;
  private int protocol;
  private int vlanPresent;
  private int vlanTci;
  private int vlanProtocol;
  private int priority;
  private int ingressIfindex;
  private int ifindex;
  private int tcIndex;
  private int hash;
  private int napiId;
  private int gsoSegs;
  private int gsoSize;
  private long tstamp;
  private long hwtstamp;
  private final int[] cb = new int[CONTROL_WORDS];

  SocketBuffer(byte[] bytes, int protocolType) {
    super(bytes, 0);
    protocol = networkOrder(protocolType);
  }

  /** This. */
  abstract T self();

  /** An Ethernet type in network byte order, or one of those in the machine's. */
  static int networkOrder(int type) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? Short.reverseBytes((short) type) & 0xffff
        : type & 0xffff;
  }

  /** The packet's length in bytes, all of its pages. */
  public final int length() {
    return size();
  }

  /** Whom it is for: {@code PACKET_HOST} 0, {@code PACKET_BROADCAST} 1, ... */
  public final int packetType() {
    return packetType;
  }

  /** Sets {@link #packetType()}, for a test; no program may. */
  public final T packetType(int value) {
    packetType = value;
    return self();
  }

  /** {@code skb->mark}. */
  public final int mark() {
    return mark;
  }

  /** Sets {@link #mark()}. */
  public final T mark(int value) {
    mark = value;
    return self();
  }

  /** The queue that it is for. */
  public final int queueMapping() {
    return queueMapping;
  }

  /** Sets {@link #queueMapping()}, which 65,535 and more leave as it was; only TCX programs may. */
  public final T queueMapping(int value) {
    if (Integer.compareUnsigned(value, NO_QUEUE) < 0) {
      queueMapping = value;
    }
    return self();
  }

  /** The Ethernet protocol, in network byte order as the kernel keeps it. */
  public final int protocol() {
    return protocol;
  }

  /** Sets {@link #protocol()}, for a test; no program may. */
  public final T protocol(int value) {
    protocol = value;
    return self();
  }

  /** 1 if it has a VLAN tag that is not in its bytes. */
  public final int vlanPresent() {
    return vlanPresent;
  }

  /** Sets {@link #vlanPresent()}, for a test; no program may. */
  public final T vlanPresent(int value) {
    vlanPresent = value;
    return self();
  }

  /** That tag. */
  public final int vlanTci() {
    return vlanTci;
  }

  /** Sets {@link #vlanTci()}, for a test; no program may. */
  public final T vlanTci(int value) {
    vlanTci = value;
    return self();
  }

  /** Its Ethernet type, in network byte order. */
  public final int vlanProtocol() {
    return vlanProtocol;
  }

  /** Sets {@link #vlanProtocol()}, for a test; no program may. */
  public final T vlanProtocol(int value) {
    vlanProtocol = value;
    return self();
  }

  /** {@code skb->priority}: for HTB and others, the class if its upper half is the qdisc's. */
  public final int priority() {
    return priority;
  }

  /** Sets {@link #priority()}. */
  public final T priority(int value) {
    priority = value;
    return self();
  }

  /** The device that it came in by; 0 if it was made here. */
  public final int ingressIfindex() {
    return ingressIfindex;
  }

  /** Sets {@link #ingressIfindex()}, for a test; no program may. */
  public final T ingressIfindex(int value) {
    ingressIfindex = value;
    return self();
  }

  /** The device that it is at. */
  public final int ifindex() {
    return ifindex;
  }

  /** Sets {@link #ifindex()}, for a test; no program may. */
  public final T ifindex(int value) {
    ifindex = value;
    return self();
  }

  /** {@code skb->tc_index}, 16 bits. */
  public final int tcIndex() {
    return tcIndex;
  }

  /** Sets {@link #tcIndex()}; only TCX programs may. */
  public final T tcIndex(int value) {
    tcIndex = value & 0xffff;
    return self();
  }

  /** The flow's hash; 0 if it was not computed. */
  public final int hash() {
    return hash;
  }

  /** Sets {@link #hash()}, for a test; no program may. */
  public final T hash(int value) {
    hash = value;
    return self();
  }

  /** The receive queue that it came in by, as busy polling knows it. */
  public final int napiId() {
    return napiId;
  }

  /** Sets {@link #napiId()}, for a test; no program may. */
  public final T napiId(int value) {
    napiId = value;
    return self();
  }

  /** Segments that it will be cut into; 0 if it is not to be cut. */
  public final int gsoSegs() {
    return gsoSegs;
  }

  /** Sets {@link #gsoSegs()}, for a test; no program may. */
  public final T gsoSegs(int value) {
    gsoSegs = value;
    return self();
  }

  /** Bytes of payload of each of them; 0 if it is not to be cut. */
  public final int gsoSize() {
    return gsoSize;
  }

  /** Sets {@link #gsoSize()}, for a test; no program may. */
  public final T gsoSize(int value) {
    gsoSize = value;
    return self();
  }

  /** {@code skb->tstamp} in nanoseconds: when it is to leave, or when it came. */
  public final long tstamp() {
    return tstamp;
  }

  /** Sets {@link #tstamp()}. */
  public final T tstamp(long value) {
    tstamp = value;
    return self();
  }

  /** When the device saw it, in nanoseconds of its own clock. */
  public final long hwtstamp() {
    return hwtstamp;
  }

  /** Sets {@link #hwtstamp()}, for a test; no program may. */
  public final T hwtstamp(long value) {
    hwtstamp = value;
    return self();
  }

  /**
   * A word of the control buffer, which programs of a chain may leave each other messages in.
   *
   * @param index 0 to 4; a constant
   */
  public final int cb(int index) {
    return cb[index];
  }

  /** Sets {@link #cb(int)}. */
  public final T cb(int index, int value) {
    cb[index] = value;
    return self();
  }
}
