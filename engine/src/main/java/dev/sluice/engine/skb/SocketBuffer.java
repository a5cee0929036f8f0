package dev.sluice.engine.skb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way, with what {@code struct sk_buff} of {@code include/linux/skbuff.h} knows of
 * it. One and the same object goes from hook to hook and from device to device.
 *
 * <p>The bytes lie in one array with room before and behind them. A packet may be longer than its
 * bytes: a capture keeps only the start of a long one, and a generator does not make up payload.
 * What is not held counts for lengths, and cannot be read, like the kernel's paged data that was
 * not pulled in.
 *
 * <p>Fields are public: programs compiled to bytecode, hooks and qdiscs read and write them for
 * each packet, and none has a rule to keep but the ones named here.
 */
public final class SocketBuffer {
  /** Bytes of room before a new packet, for headers that programs push ({@code NET_SKB_PAD}). */
  public static final int HEADROOM = 256;

  /** Bytes of an Ethernet header. */
  public static final int ETHERNET_HEADER = 14;

  /** Ethernet type of IPv4. */
  public static final int IPV4 = 0x0800;

  /** Ethernet type of IPv6. */
  public static final int IPV6 = 0x86dd;

  /** Where a program told the packet to go. */
  public enum Redirect {
    /** Nowhere. */
    NONE,
    /** Out by a device. */
    EGRESS,
    /** In by a device, as if it had arrived there. */
    INGRESS,
    /** In by the peer of a device, past that peer's hooks ({@code bpf_redirect_peer}). */
    PEER
  }

  /** The array that holds the bytes. Valid ones are from {@link #head} to {@link #end}. */
  public byte[] bytes;

  /**
   * Where in {@link #bytes} the packet begins: its Ethernet header, on either direction's hooks.
   */
  public int head;

  /** Where in {@link #bytes} what is held of the packet ends. */
  public int end;

  /**
   * Where in {@link #bytes} the Ethernet header begins: {@link #head}, or before it for programs
   * that see the packet from its network header ({@code skb->mac_header}).
   */
  public int macHeader;

  /**
   * Where in {@link #bytes} the network header begins ({@code skb->network_header}). It stays where
   * it is when bytes are put before the packet.
   */
  public int networkHeader;

  /** Where metadata before the packet begins, {@link #head} where there is none. */
  public int metaStart;

  /** The packet's whole length in bytes, {@code end - head} or more. */
  public int length;

  /** {@code PACKET_HOST} 0, {@code PACKET_BROADCAST} 1, {@code PACKET_MULTICAST} 2, ... */
  public int packetType;

  /** {@code skb->mark}. */
  public int mark;

  /** {@code skb->priority}. */
  public int priority;

  /** {@code skb->queue_mapping} as {@code __sk_buff} shows it. */
  public int queueMapping;

  /** The Ethernet protocol in host byte order, inner one where a VLAN tag is accelerated. */
  public int protocol;

  /** Whether {@link #vlanTag} and {@link #vlanProtocol} hold a tag that is not in the bytes. */
  public boolean vlanPresent;

  /** The tag (TCI), 16 bits. */
  public int vlanTag;

  /** The tag's protocol in host byte order. */
  public int vlanProtocol;

  /** The device the packet came in by ({@code skb->skb_iif}); 0 if it was made here. */
  public int ingressIndex;

  /** The device the packet is at ({@code skb->dev->ifindex}). */
  public int deviceIndex;

  /** {@code skb->tc_index}, 16 bits. */
  public int tcIndex;

  /** The class that a program chose ({@code tc_classid}). */
  public int tcClassId;

  /** What {@code __sk_buff.cb} shows. */
  public final int[] cb = new int[5];

  /** The flow's hash; 0 where it was not computed. */
  public int hash;

  /** Whether a {@link #hash} of 0 was set, and is not to be computed. */
  public boolean hashSet;

  /** Whether a program put an outer header before the packet ({@code skb->encapsulation}). */
  public boolean encapsulated;

  /**
   * Whether somebody vouches for the packet's checksums ({@code CHECKSUM_UNNECESSARY}). The engine
   * computes no checksum for another to finish, so there is no partial and no complete one.
   */
  public boolean checksumVerified;

  /** How many checksums beyond the first are vouched for ({@code skb->csum_level}), 0 to 3. */
  public int checksumLevel;

  /** When the packet is to leave, in nanoseconds; 0 for at once. */
  public long timestamp;

  /** {@code __sk_buff.tstamp_type}: 0 realtime, 1 monotonic, 2 tai. */
  public int timestampType;

  /** {@code __sk_buff.hwtstamp}. */
  public long hardwareTimestamp;

  /** {@code __sk_buff.napi_id}. */
  public int napiId;

  /** The packet's length on the wire with all its segments; 0 for {@link #length}. */
  public int wireLength;

  /** Segments that the packet stands for; 0 or 1 for one that is not segmented. */
  public int segments;

  /** Payload bytes of each segment; 0 for a packet that is not segmented. */
  public int segmentSize;

  /**
   * The IP protocol that the segments are of ({@code gso_type}); 0 where nobody has looked yet. It
   * stays when headers are put before them.
   */
  public int segmentProtocol;

  /** The class id of the sender's control group (net_cls). */
  public int cgroupClassId;

  /** Where the last program sent the packet. */
  public Redirect redirect = Redirect.NONE;

  /** The device index that goes with {@link #redirect}. */
  public int redirectIndex;

  /**
   * What qdiscs count as its length ({@code qdisc_pkt_len}), set where it enters the root qdisc.
   */
  public int queueLength;

  /** When it entered a device's root qdisc, in nanoseconds. */
  public long enqueuedAt;

  /** The class of the root qdisc that it waited in; 0 for none. */
  public int queueClass;

  /** When it arrives at the other end of the wire that it is on, in nanoseconds. */
  public long arrivesAt;

  /** When its sender made it, in nanoseconds; kept from host to host. */
  public long sentAt;

  /** A number by which its sender knows it again; kept from host to host. */
  public int tag;

  /** Whether it was redirected, and has not arrived at a device since ({@code skb->redirected}). */
  public boolean redirected;

  /** Whether it was arriving when it was redirected ({@code skb->from_ingress}). */
  public boolean redirectedFromIngress;

  /** Whether the hook that it is at is one of arriving packets ({@code skb->tc_at_ingress}). */
  public boolean atIngress;

  /** How often it was redirected or mirrored, so that loops end. */
  public int hops;

  /** Whether an XDP program sent it over the wire that it is on. */
  public boolean forwardedByXdp;

  /** What a sender keeps with its packet, returned with it when the packet is gone. */
  public @Nullable Object owner;

  /** The next packet of the queue that this one is in. */
  public @Nullable SocketBuffer next;

  /**
   * A buffer without a packet.
   *
   * @param capacity bytes that it can hold behind {@link #HEADROOM}; it grows when need be
   */
  public SocketBuffer(int capacity) {
    bytes = new byte[HEADROOM + capacity];
    head = HEADROOM;
    end = HEADROOM;
    metaStart = HEADROOM;
    macHeader = HEADROOM;
    networkHeader = HEADROOM;
  }

  /**
   * Puts a packet in, and clears all that was known of the one before.
   *
   * @param source the bytes, from the Ethernet header
   * @param from where they begin
   * @param held how many there are
   * @param whole the packet's length, {@code held} or more
   */
  public void fill(byte[] source, int from, int held, int whole) {
    if (whole < held) {
      throw new IllegalArgumentException(
          "a packet of " + whole + " bytes cannot hold " + held + " bytes");
    }
    clear();
    if (bytes.length < HEADROOM + held) {
      bytes = new byte[HEADROOM + held];
    }
    System.arraycopy(source, from, bytes, HEADROOM, held);
    end = HEADROOM + held;
    length = whole;
    readProtocol();
  }

  /**
   * Sets {@link #protocol} from the Ethernet header, and {@link #networkHeader} to behind it
   * ({@code eth_type_trans} in {@code net/ethernet/eth.c}). The protocol is 0 if the header is not
   * held, and {@code ETH_P_802_3} or {@code ETH_P_802_2} where the header has a length in its
   * place.
   */
  public void readProtocol() {
    macHeader = head;
    networkHeader = head + ETHERNET_HEADER;
    protocol = end - head < ETHERNET_HEADER ? 0 : protocolAt(head + 12);
  }

  /** The protocol that an Ethernet type or length at an index of {@link #bytes} stands for. */
  int protocolAt(int index) {
    int type = ((bytes[index] & 0xff) << 8) | (bytes[index + 1] & 0xff);
    if (type >= 0x600) {
      return type;
    }
    boolean raw = index + 4 <= end && bytes[index + 2] == -1 && bytes[index + 3] == -1;
    return raw ? 0x0001 : 0x0004;
  }

  /** Forgets the packet. */
  public void clear() {
    head = HEADROOM;
    end = HEADROOM;
    metaStart = HEADROOM;
    macHeader = HEADROOM;
    networkHeader = HEADROOM;
    length = 0;
    packetType = 0;
    mark = 0;
    priority = 0;
    queueMapping = 0;
    protocol = 0;
    vlanPresent = false;
    vlanTag = 0;
    vlanProtocol = 0;
    ingressIndex = 0;
    deviceIndex = 0;
    tcIndex = 0;
    tcClassId = 0;
    Arrays.fill(cb, 0);
    hash = 0;
    hashSet = false;
    encapsulated = false;
    checksumVerified = false;
    checksumLevel = 0;
    timestamp = 0;
    timestampType = 0;
    hardwareTimestamp = 0;
    napiId = 0;
    wireLength = 0;
    segments = 0;
    segmentSize = 0;
    segmentProtocol = 0;
    cgroupClassId = 0;
    redirect = Redirect.NONE;
    redirectIndex = 0;
    queueLength = 0;
    enqueuedAt = 0;
    queueClass = 0;
    arrivesAt = 0;
    sentAt = 0;
    tag = 0;
    redirected = false;
    redirectedFromIngress = false;
    atIngress = false;
    hops = 0;
    forwardedByXdp = false;
    owner = null;
    next = null;
  }

  /**
   * Puts bytes before the packet ({@code skb_push}). What they hold is undefined. Indices of {@link
   * #bytes} move where there was not enough room.
   */
  public void push(int count) {
    int meta = head - metaStart;
    if (head - count - meta < 0) {
      growHeadroom(count + meta + HEADROOM - head);
    }
    head -= count;
    metaStart = head - meta;
    length += count;
  }

  private void growHeadroom(int more) {
    byte[] longer = new byte[bytes.length + more];
    System.arraycopy(bytes, 0, longer, more, bytes.length);
    bytes = longer;
    head += more;
    end += more;
    metaStart += more;
    macHeader += more;
    networkHeader += more;
  }

  /** Takes bytes, which must be held, from the front of the packet ({@code skb_pull}). */
  public void pull(int count) {
    int meta = head - metaStart;
    head += count;
    metaStart = head - meta;
    length -= count;
  }

  /**
   * Makes the packet longer or shorter at its end. New bytes are 0.
   *
   * @throws IllegalStateException if it is to grow, and not all of it is held
   */
  public void resize(int newLength) {
    int held = held();
    if (newLength > length) {
      if (held < length) {
        throw new IllegalStateException("a packet that is not held whole cannot grow");
      }
      int newEnd = head + newLength;
      if (newEnd > bytes.length) {
        bytes = Arrays.copyOf(bytes, newEnd);
      }
      Arrays.fill(bytes, end, newEnd, (byte) 0);
      end = newEnd;
    } else {
      end = head + Math.min(held, newLength);
    }
    length = newLength;
  }

  /** Forgets the flow's hash: the packet changed ({@code skb_clear_hash}). */
  public void clearHash() {
    hash = 0;
    hashSet = false;
  }

  /** How many bytes of the packet are held. */
  public int held() {
    return end - head;
  }

  /** A copy of the bytes that are held. */
  public byte[] toArray() {
    return Arrays.copyOfRange(bytes, head, end);
  }

  /** Makes this a copy of another packet, bytes included; without its owner and queue. */
  public void copyFrom(SocketBuffer other) {
    clear();
    int reach = other.end;
    if (bytes.length < other.bytes.length) {
      bytes = new byte[other.bytes.length];
    }
    System.arraycopy(other.bytes, other.metaStart, bytes, other.metaStart, reach - other.metaStart);
    head = other.head;
    end = other.end;
    metaStart = other.metaStart;
    macHeader = other.macHeader;
    networkHeader = other.networkHeader;
    length = other.length;
    packetType = other.packetType;
    mark = other.mark;
    priority = other.priority;
    queueMapping = other.queueMapping;
    protocol = other.protocol;
    vlanPresent = other.vlanPresent;
    vlanTag = other.vlanTag;
    vlanProtocol = other.vlanProtocol;
    ingressIndex = other.ingressIndex;
    deviceIndex = other.deviceIndex;
    tcIndex = other.tcIndex;
    tcClassId = other.tcClassId;
    System.arraycopy(other.cb, 0, cb, 0, cb.length);
    hash = other.hash;
    hashSet = other.hashSet;
    encapsulated = other.encapsulated;
    checksumVerified = other.checksumVerified;
    checksumLevel = other.checksumLevel;
    timestamp = other.timestamp;
    timestampType = other.timestampType;
    hardwareTimestamp = other.hardwareTimestamp;
    napiId = other.napiId;
    wireLength = other.wireLength;
    segments = other.segments;
    segmentSize = other.segmentSize;
    segmentProtocol = other.segmentProtocol;
    cgroupClassId = other.cgroupClassId;
    sentAt = other.sentAt;
    tag = other.tag;
    redirected = other.redirected;
    redirectedFromIngress = other.redirectedFromIngress;
    atIngress = other.atIngress;
    hops = other.hops;
  }
}
