package dev.sluice.compiler.program;

/**
 * A packet as a program at a TCX, clsact or cgroup hook sees it ({@code struct __sk_buff} in
 * include/uapi/linux/bpf.h).
 */
public final class SkBuff extends PacketBytes {
  private int packetType;
  private int mark;
  private int queueMapping;
  private int protocol;
  private int vlanPresent;
  private int vlanTci;
  private int priority;
  private int ingressIfindex;
  private int ifindex;
  private int tcIndex;
  private int hash;
  private int tcClassid;
  private int gsoSegs;
  private int redirectedTo;

  /** A packet for a test; {@code bytes} from its Ethernet header on. */
  public SkBuff(byte[] bytes) {
    super(bytes);
  }

  /** The packet's length in bytes, all of its pages. */
  public int length() {
    return size();
  }

  /** Whom it is for: {@code PACKET_HOST} 0, {@code PACKET_BROADCAST} 1, ... */
  public int packetType() {
    return packetType;
  }

  /** Sets {@link #packetType()}, for a test; no program may. */
  public SkBuff packetType(int value) {
    packetType = value;
    return this;
  }

  /** {@code skb->mark}. */
  public int mark() {
    return mark;
  }

  /** Sets {@link #mark()}. */
  public SkBuff mark(int value) {
    mark = value;
    return this;
  }

  /** The queue that it is for. */
  public int queueMapping() {
    return queueMapping;
  }

  /** Sets {@link #queueMapping()}, for a test; no program may. */
  public SkBuff queueMapping(int value) {
    queueMapping = value;
    return this;
  }

  /** The Ethernet protocol, in network byte order as the kernel keeps it. */
  public int protocol() {
    return protocol;
  }

  /** Sets {@link #protocol()}, for a test; no program may. */
  public SkBuff protocol(int value) {
    protocol = value;
    return this;
  }

  /** 1 if it has a VLAN tag that is not in its bytes. */
  public int vlanPresent() {
    return vlanPresent;
  }

  /** Sets {@link #vlanPresent()}, for a test; no program may. */
  public SkBuff vlanPresent(int value) {
    vlanPresent = value;
    return this;
  }

  /** That tag. */
  public int vlanTci() {
    return vlanTci;
  }

  /** Sets {@link #vlanTci()}, for a test; no program may. */
  public SkBuff vlanTci(int value) {
    vlanTci = value;
    return this;
  }

  /** {@code skb->priority}: for HTB and others, the class if its upper half is the qdisc's. */
  public int priority() {
    return priority;
  }

  /** Sets {@link #priority()}. */
  public SkBuff priority(int value) {
    priority = value;
    return this;
  }

  /** The device that it came in by; 0 if it was made here. */
  public int ingressIfindex() {
    return ingressIfindex;
  }

  /** Sets {@link #ingressIfindex()}, for a test; no program may. */
  public SkBuff ingressIfindex(int value) {
    ingressIfindex = value;
    return this;
  }

  /** The device that it is at. */
  public int ifindex() {
    return ifindex;
  }

  /** Sets {@link #ifindex()}, for a test; no program may. */
  public SkBuff ifindex(int value) {
    ifindex = value;
    return this;
  }

  /** {@code skb->tc_index}. */
  public int tcIndex() {
    return tcIndex;
  }

  /** Sets {@link #tcIndex()}. */
  public SkBuff tcIndex(int value) {
    tcIndex = value;
    return this;
  }

  /** The flow's hash; 0 if it was not computed. */
  public int hash() {
    return hash;
  }

  /** Sets {@link #hash()}, for a test; no program may. */
  public SkBuff hash(int value) {
    hash = value;
    return this;
  }

  /** The class that this program chooses. */
  public int tcClassid() {
    return tcClassid;
  }

  /** Sets {@link #tcClassid()}. */
  public SkBuff tcClassid(int value) {
    tcClassid = value;
    return this;
  }

  /** Segments that it will be cut into; 0 if it is not to be cut. */
  public int gsoSegs() {
    return gsoSegs;
  }

  /** Sets {@link #gsoSegs()}, for a test; no program may. */
  public SkBuff gsoSegs(int value) {
    gsoSegs = value;
    return this;
  }

  /**
   * Sends the packet out by a device ({@code bpf_redirect}).
   *
   * @param ifindex the device
   * @return the verdict to return, {@link Verdict#REDIRECT}
   */
  public int redirect(int ifindex) {
    redirectedTo = ifindex;
    return Verdict.REDIRECT;
  }

  /** On the JVM: where the program sent it; 0 if nowhere. */
  public int redirectedTo() {
    return redirectedTo;
  }
}
