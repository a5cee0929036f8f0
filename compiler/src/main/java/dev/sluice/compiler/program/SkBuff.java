package dev.sluice.compiler.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A packet as a program at a TCX, clsact or cgroup hook sees it ({@code struct __sk_buff} in
 * include/uapi/linux/bpf.h). At a cgroup it begins with its IP header, may not be changed, and has
 * not all fields.
 */
public final class SkBuff extends PacketBytes {
  /** The number that changed is an address, which counts for the checksum of what follows, too. */
  public static final int PSEUDO_HEADER = 1 << 4;

  /** A checksum of 0 says that there is none, as in UDP. */
  public static final int ZERO_IS_NONE = 1 << 5;

  private static final int SIZE = 0xf;
  private static final int ETHERNET_TYPE = 12;
  private static final int ETHERNET_HEADER = 14;
  private static final int TAG = 4;
  private static final int LONGEST = 16_064;
  private static final int LAST_PACKET_TYPE = 3;
  private static final int NO_QUEUE = 0xffff;
  private static final int CB_FIELDS = 5;
  private static final int ENOMEM = -12;
  private static final int EFAULT = -14;
  private static final int EINVAL = -22;

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
  private int gsoSize;
  private int napiId;
  private int vlanProtocol;
  private int wireLength;
  private long timestamp;
  private final int[] cb = new int[CB_FIELDS];

  /** Where the packet's IP header begins, as the kernel remembers it. */
  private int networkOffset = ETHERNET_HEADER;

  private int redirectedTo;
  private final List<Integer> clonedTo = new ArrayList<>();

  /**
   * A packet for a test, as it comes in.
   *
   * @param bytes from its Ethernet header on; from its IP header on for a program at a cgroup
   */
  public SkBuff(byte[] bytes) {
    super(bytes);
    wireLength = bytes.length;
    if (bytes.length >= ETHERNET_HEADER) {
      protocol = inNetworkOrder(Ethernet.protocol(bytes, ETHERNET_TYPE));
    }
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

  /** Sets {@link #queueMapping()}, 0 to 65,534; other numbers leave it as it is. */
  public SkBuff queueMapping(int value) {
    if (value >= 0 && value < NO_QUEUE) {
      queueMapping = value;
    }
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

  /** Sets {@link #tcIndex()}; its lower 16 bits are kept. */
  public SkBuff tcIndex(int value) {
    tcIndex = value & 0xffff;
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

  /** Bytes of payload in each segment that it will be cut into; 0 if it is not to be cut. */
  public int gsoSize() {
    return gsoSize;
  }

  /** Sets {@link #gsoSize()}, for a test; no program may. */
  public SkBuff gsoSize(int value) {
    gsoSize = value;
    return this;
  }

  /** The number of the queue's NAPI context; 0 if there is none. */
  public int napiId() {
    return napiId;
  }

  /** Sets {@link #napiId()}, for a test; no program may. */
  public SkBuff napiId(int value) {
    napiId = value;
    return this;
  }

  /** The Ethernet type of the tag that is not in its bytes, as {@link #protocol()}. */
  public int vlanProtocol() {
    return vlanProtocol;
  }

  /** Sets {@link #vlanProtocol()}, for a test; no program may. */
  public SkBuff vlanProtocol(int value) {
    vlanProtocol = value;
    return this;
  }

  /** Its length on the wire, with the headers of all segments. Not for cgroups. */
  public int wireLength() {
    return wireLength;
  }

  /** Sets {@link #wireLength()}, for a test; no program may. */
  public SkBuff wireLength(int value) {
    wireLength = value;
    return this;
  }

  /** When it came, or is to leave, in nanoseconds ({@code skb->tstamp}); 0 if nobody said. */
  public long timestamp() {
    return timestamp;
  }

  /** Sets {@link #timestamp()}: the fq qdisc sends it then. */
  public SkBuff timestamp(long nanoseconds) {
    timestamp = nanoseconds;
    return this;
  }

  /**
   * One of five numbers that programs of the same hook leave for those behind them.
   *
   * @param index 0 to 4; a constant
   */
  public int cb(int index) {
    return cb[index];
  }

  /** Sets {@link #cb(int)}. */
  public SkBuff cb(int index, int value) {
    cb[index] = value;
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

  /**
   * Sends the packet into the other end of a veth device's pair, in another namespace ({@code
   * bpf_redirect_peer}); only on ingress.
   *
   * @param ifindex the near end
   * @return the verdict to return, {@link Verdict#REDIRECT}
   */
  public int redirectPeer(int ifindex) {
    redirectedTo = ifindex;
    return Verdict.REDIRECT;
  }

  /**
   * Sends a copy of the packet out by a device ({@code bpf_clone_redirect}).
   *
   * @return 0, or a negative errno where there is no such device
   */
  public int cloneRedirect(int ifindex) {
    clonedTo.add(ifindex);
    return 0;
  }

  /** On the JVM: where copies were sent. */
  public List<Integer> clonedTo() {
    return List.copyOf(clonedTo);
  }

  /**
   * Gives the packet a VLAN tag ({@code bpf_skb_vlan_push}). It is kept beside the packet's bytes;
   * one that was there goes into them.
   *
   * @param type {@link Ethernet#VLAN} or {@link Ethernet#PROVIDER_VLAN}; others become the first
   * @param tci priority, drop eligibility and number
   * @return 0
   */
  public int vlanPush(int type, int tci) {
    if (vlanPresent != 0) {
      byte[] old = toArray();
      ByteBuffer tagged = ByteBuffer.allocate(old.length + TAG);
      tagged.put(old, 0, ETHERNET_TYPE).putShort((short) inNetworkOrder(vlanProtocol));
      tagged.putShort((short) vlanTci).put(old, ETHERNET_TYPE, old.length - ETHERNET_TYPE);
      replaceBytes(tagged.array());
      protocol = vlanProtocol;
    }
    vlanPresent = 1;
    vlanProtocol = inNetworkOrder(Ethernet.isTag(type & 0xffff) ? type & 0xffff : Ethernet.VLAN);
    vlanTci = tci & 0xffff;
    return 0;
  }

  /**
   * Takes the packet's outer VLAN tag off ({@code bpf_skb_vlan_pop}). The next one, if there is one
   * in its bytes, is kept beside them.
   *
   * @return 0, −12 ({@code ENOMEM}) if the packet ends within a tag
   */
  public int vlanPop() {
    if (vlanPresent != 0) {
      vlanPresent = 0;
      vlanProtocol = 0;
      vlanTci = 0;
    } else if (!Ethernet.isTag(inNetworkOrder(protocol))) {
      return 0;
    } else if (takeTag() < 0) {
      return ENOMEM;
    }
    int next = protocol;
    if (!Ethernet.isTag(inNetworkOrder(next))) {
      return 0;
    }
    int tci = takeTag();
    if (tci < 0) {
      return ENOMEM;
    }
    vlanPresent = 1;
    vlanProtocol = next;
    vlanTci = tci;
    return 0;
  }

  /** Takes the tag out of the bytes; its number and priority, or −1 if it is not there. */
  private int takeTag() {
    byte[] old = toArray();
    if (old.length < ETHERNET_HEADER + TAG) {
      return -1;
    }
    int tci = u16(ETHERNET_HEADER);
    protocol = inNetworkOrder(Ethernet.protocol(old, ETHERNET_HEADER + 2));
    ByteBuffer rest = ByteBuffer.allocate(old.length - TAG);
    rest.put(old, 0, ETHERNET_TYPE);
    rest.put(old, ETHERNET_TYPE + TAG, old.length - ETHERNET_TYPE - TAG);
    replaceBytes(rest.array());
    networkOffset = Math.max(networkOffset - TAG, ETHERNET_HEADER);
    return tci;
  }

  /** A number of 16 bits as the kernel keeps those of the network; and back. */
  private static int inNetworkOrder(int number) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
        ? number
        : Short.reverseBytes((short) number) & 0xffff;
  }

  /**
   * Cuts the packet off, or adds zeros to its end ({@code bpf_skb_change_tail}).
   *
   * @param length in bytes, from where the IP header begins to 16,064
   * @return 0, or −22 ({@code EINVAL}) for another length
   */
  public int changeTail(int length) {
    if (length < networkOffset || length > LONGEST) {
      return EINVAL;
    }
    replaceBytes(Arrays.copyOf(toArray(), length));
    gsoSegs = 0;
    gsoSize = 0;
    return 0;
  }

  /**
   * Adds zeros in front of the packet ({@code bpf_skb_change_head}), for an Ethernet header where
   * there is none.
   *
   * @param bytes how many, 0 or more; the packet must not become longer than 16,064
   * @return 0, or −22 ({@code EINVAL})
   */
  public int changeHead(int bytes) {
    byte[] old = toArray();
    if (bytes < 0 || (long) old.length + bytes > LONGEST) {
      return EINVAL;
    }
    replaceBytes(ByteBuffer.allocate(old.length + bytes).put(bytes, old).array());
    networkOffset += bytes;
    return 0;
  }

  /**
   * Makes the packet's first bytes readable where they lie in pages ({@code bpf_skb_pull_data}); in
   * a test, they always are.
   *
   * @param length how many, 0 for all that can be had without effort
   * @return 0, or −12 ({@code ENOMEM}) if the packet is shorter
   */
  public int pullData(int length) {
    return Integer.compareUnsigned(length, size()) > 0 ? ENOMEM : 0;
  }

  /**
   * Sets {@link #packetType()} ({@code bpf_skb_change_type}).
   *
   * @param type 0 to 3
   * @return 0, or −22 ({@code EINVAL})
   */
  public int changeType(int type) {
    if (packetType > LAST_PACKET_TYPE || Integer.compareUnsigned(type, LAST_PACKET_TYPE) > 0) {
      return EINVAL;
    }
    packetType = type;
    return 0;
  }

  /**
   * Corrects the checksum of an IPv4 header after a number in the header was changed ({@code
   * bpf_l3_csum_replace}).
   *
   * @param offset of the checksum; even
   * @param from what the number was, as {@code u16} or {@code u32} read it
   * @param to what it is now
   * @param size of the number, 2 or 4; a constant
   * @return 0, −14 ({@code EFAULT}) if the checksum is not in the packet, −22 ({@code EINVAL}) for
   *     another size
   */
  public int replaceL3Checksum(int offset, int from, int to, int size) {
    if (!isField(offset)) {
      return EFAULT;
    }
    int old = checksum(offset);
    switch (size) {
      case 2 -> checksum(offset, InternetChecksum.replace2(old, from, to));
      case 4 -> checksum(offset, InternetChecksum.replace4(old, from, to));
      default -> {
        return EINVAL;
      }
    }
    return 0;
  }

  /**
   * Corrects the checksum of TCP or UDP after a number that it covers was changed ({@code
   * bpf_l4_csum_replace}).
   *
   * @param offset of the checksum; even
   * @param from what the number was, as {@code u16} or {@code u32} read it
   * @param to what it is now
   * @param flags the size of the number, 2 or 4; and {@link #PSEUDO_HEADER} for an address, {@link
   *     #ZERO_IS_NONE} for UDP; a constant
   * @return 0, −14 ({@code EFAULT}) if the checksum is not in the packet, −22 ({@code EINVAL}) for
   *     another size
   */
  public int replaceL4Checksum(int offset, int from, int to, int flags) {
    if (!isField(offset)) {
      return EFAULT;
    }
    boolean zeroIsNone = (flags & ZERO_IS_NONE) != 0;
    int old = checksum(offset);
    if (zeroIsNone && old == 0) {
      return 0;
    }
    int mask;
    switch (flags & SIZE) {
      case 2 -> mask = 0xffff;
      case 4 -> mask = -1;
      default -> {
        return EINVAL;
      }
    }
    int now = InternetChecksum.replace4(old, from & mask, to & mask);
    checksum(offset, zeroIsNone && now == 0 ? 0xffff : now);
    return 0;
  }

  private int checksum(int offset) {
    return ByteBuffer.wrap(toArray()).getShort(offset) & 0xffff;
  }

  private void checksum(int offset, int value) {
    replaceBytes(ByteBuffer.wrap(toArray()).putShort(offset, (short) value).array());
  }

  private boolean isField(int offset) {
    return offset >= 0 && offset <= 0xffff && offset % 2 == 0 && offset + 2 <= size();
  }
}
