package dev.sluice.compiler.program;

import java.util.ArrayList;
import java.util.List;

/**
 * A packet as a program at a TCX or clsact hook sees it, from its Ethernet header on ({@code
 * sched_cls}). What its methods change in the packet is what the kernel's functions of the name
 * that is given change; they return 0, or a negative errno and change nothing.
 */
public final class SkBuff extends SocketBuffer<SkBuff> {
  /** Of {@link #replaceL4Checksum}: the number is in the pseudo-header, as addresses are. */
  public static final int PSEUDO_HEADER = 1 << 4;

  /** Of {@link #replaceL4Checksum}: a checksum of 0 is none, and stays so, as that of UDP. */
  public static final int ZERO_IS_NONE = 1 << 5;

  /** Most bytes of a packet that is not to be cut ({@code BPF_SKB_MAX_LEN}, pages of 4 KiB). */
  static final int LONGEST = 16_064;

  private static final int LONGEST_TO_CUT = 1 << 24;
  private static final int ETHERNET = 14;
  private static final int IPV6_MORE = 20;
  private static final int LAST_TYPE = 3;
  private static final int ENOMEM = -12;
  private static final int EINVAL = -22;
  private static final int ENOTSUPP = -524;

  private int tcClassid;
  private int wireLength;
  private int redirectedTo;
  private boolean encapsulated;
  private final List<Clone> clones = new ArrayList<>();

  /** Where the header behind that of Ethernet begins. */
  private int network = ETHERNET;

  /**
   * A copy that was sent.
   *
   * @param ifindex by which device
   * @param packet the copy
   */
  public record Clone(int ifindex, SkBuff packet) {}

  /** A packet for a test; {@code bytes} from its Ethernet header on. */
  public SkBuff(byte[] bytes) {
    super(bytes, bytes.length < ETHERNET ? 0 : VlanTags.protocol(bytes, 12));
    wireLength = bytes.length;
  }

  @Override
  SkBuff self() {
    return this;
  }

  /** The class that this program chooses, 16 bits. */
  public int tcClassid() {
    return tcClassid;
  }

  /** Sets {@link #tcClassid()}. */
  public SkBuff tcClassid(int value) {
    tcClassid = value & 0xffff;
    return this;
  }

  /** The packet's length on the wire with all its segments, as qdiscs count it. */
  public int wireLength() {
    return wireLength;
  }

  /** Sets {@link #wireLength()}, for a test; no program may. */
  public SkBuff wireLength(int value) {
    wireLength = value;
    return this;
  }

  int network() {
    return network;
  }

  void network(int offset) {
    network = offset;
  }

  /** Whether a program put an outer header before the packet. */
  boolean isEncapsulated() {
    return encapsulated;
  }

  void encapsulate() {
    encapsulated = true;
  }

  /**
   * Gives the packet a VLAN tag beside its bytes; the one that was there goes into them ({@code
   * bpf_skb_vlan_push}).
   *
   * @param protocol {@link Ethernet#VLAN} or {@link Ethernet#PROVIDER_VLAN}
   * @param tci priority, drop eligibility and number
   */
  public int vlanPush(int protocol, int tci) {
    VlanTags.push(this, protocol, tci);
    return 0;
  }

  /** Takes the outer VLAN tag off, if there is one ({@code bpf_skb_vlan_pop}). */
  public int vlanPop() {
    return VlanTags.pop(this) ? 0 : ENOMEM;
  }

  /**
   * Puts zeros before the packet, for an Ethernet header on a device that has none ({@code
   * bpf_skb_change_head}).
   */
  public int changeHead(int room) {
    long length = length() + (long) room;
    if (room < 0 || length > (gsoSize() == 0 ? LONGEST : LONGEST_TO_CUT)) {
      return EINVAL;
    }
    insert(0, room);
    network += room;
    return 0;
  }

  /**
   * Makes the packet longer with zeros, or shorter, and no longer one to be cut ({@code
   * bpf_skb_change_tail}). It must not end before its network header, and in the kernel not before
   * its transport header if it knows that.
   */
  public int changeTail(int length) {
    if (length < network || length > LONGEST) {
      return EINVAL;
    }
    if (encapsulated) {
      return ENOTSUPP;
    }
    resize(length);
    gsoSegs(0);
    gsoSize(0);
    return 0;
  }

  /**
   * Makes an IPv4 header's room that of an IPv6 header or the other way round; the header itself is
   * the program's to write ({@code bpf_skb_change_proto}).
   *
   * @param protocol {@link Ethernet#IPV4} or {@link Ethernet#IPV6}
   */
  public int changeProtocol(int protocol) {
    int from = networkOrder(protocol());
    int to = protocol & 0xffff;
    if (from == Ethernet.IPV4 && to == Ethernet.IPV6) {
      insert(network, IPV6_MORE);
    } else if (from == Ethernet.IPV6 && to == Ethernet.IPV4) {
      if (network + IPV6_MORE > length()) {
        return ENOMEM;
      }
      remove(network, IPV6_MORE);
    } else {
      return ENOTSUPP;
    }
    protocol(networkOrder(to));
    hash(0);
    return 0;
  }

  /**
   * Makes room for headers, with zeros in it, or takes it away ({@code bpf_skb_adjust_room}). The
   * packet is one of IPv4 or IPv6.
   *
   * @param by bytes more, or less if negative; at most 4,095
   * @param where {@link Room#MAC} or {@link Room#NETWORK}; a constant
   * @param flags the sum of other constants of {@link Room}; a constant
   */
  public int adjustRoom(int by, int where, long flags) {
    return Room.adjust(this, by, where, flags);
  }

  /** Sets {@link #packetType()}, 0 to 3 ({@code bpf_skb_change_type}). */
  public int changeType(int type) {
    if (packetType() > LAST_TYPE || type < 0 || type > LAST_TYPE) {
      return EINVAL;
    }
    packetType(type);
    return 0;
  }

  /**
   * Makes sure that the first bytes can be read and written one by one: large packets may lie in
   * several pages, and what is not in the first is behind the end for a program ({@code
   * bpf_skb_pull_data}).
   *
   * @param length how many; 0 for those that are there already, to be written
   */
  public int pullData(int length) {
    return length < 0 || length > length() ? ENOMEM : 0;
  }

  /**
   * Corrects a checksum after a number that it is of was replaced ({@code bpf_l3_csum_replace}).
   *
   * @param offset where the checksum is, even
   * @param from the number that was
   * @param to the number that is
   * @param size its bytes, 2 or 4; a constant
   */
  public int replaceL3Checksum(int offset, int from, int to, int size) {
    return Checksums.replaceL3(this, offset, from, to, size);
  }

  /**
   * As {@link #replaceL3Checksum}, of TCP, UDP and ICMP ({@code bpf_l4_csum_replace}).
   *
   * @param flags {@link #PSEUDO_HEADER}, {@link #ZERO_IS_NONE}, both, or 0; a constant
   */
  public int replaceL4Checksum(int offset, int from, int to, int size, int flags) {
    return Checksums.replaceL4(this, offset, from, to, size, flags);
  }

  /** Sets {@link #hash()} ({@code bpf_set_hash}). */
  public int setHash(int value) {
    hash(value);
    return 0;
  }

  /** Forgets {@link #hash()}, to be computed when it is needed ({@code bpf_set_hash_invalid}). */
  public void invalidateHash() {
    hash(0);
  }

  /**
   * Whether the packet fits the MTU of a device ({@code bpf_check_mtu}), and whether there is one.
   * On the JVM there are no devices: it fits.
   *
   * @param ifindex the device
   * @return 0 it fits; 1 it is longer; a negative errno, -19 ({@code ENODEV}), if the namespace has
   *     no such device
   */
  public int checkMtu(int ifindex) {
    return 0;
  }

  /**
   * Sends a copy out by a device ({@code bpf_clone_redirect}). On the JVM there are no devices: it
   * is kept.
   *
   * @return 0, or a negative errno if there is no such device or it did not take it
   */
  public int cloneRedirect(int ifindex) {
    clones.add(new Clone(ifindex, new SkBuff(toArray()).mark(mark()).priority(priority())));
    return 0;
  }

  /** On the JVM: the copies that the program sent. */
  public List<Clone> clones() {
    return List.copyOf(clones);
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

  /** As {@link #redirect}, but as if the packet had come in by the device. */
  public int redirectIngress(int ifindex) {
    return redirect(ifindex);
  }

  /**
   * As {@link #redirect}, to the device that is in another namespace at the other end of this one,
   * as if it had come in there; for programs at ingress ({@code bpf_redirect_peer}).
   */
  public int redirectPeer(int ifindex) {
    return redirect(ifindex);
  }

  /** On the JVM: where the program sent it; 0 if nowhere. */
  public int redirectedTo() {
    return redirectedTo;
  }
}
