package dev.sluice.kernel.device;

/**
 * The layout of rtnetlink's messages about devices, addresses, routes and neighbours ({@code
 * include/uapi/linux/if_link.h}, {@code if_addr.h}, {@code rtnetlink.h}, {@code neighbour.h}).
 */
final class DeviceDescriptor {
  private DeviceDescriptor() {}

  // address families
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  // struct ifinfomsg: u8 family, u8 pad, u16 type, s32 index, u32 flags, u32 change
  static final int LINK_LENGTH = 16;
  static final int LINK_INDEX = 4;
  static final int LINK_FLAGS = 8;
  static final int IFF_UP = 0x1;
  static final int IFF_RUNNING = 0x40;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_LINK = 5;
  static final int IFLA_QDISC = 6;
  static final int IFLA_MASTER = 10;
  static final int IFLA_TXQLEN = 13;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_GROUP = 27;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_EXT_MASK = 29;
  static final int IFLA_NUM_TX_QUEUES = 31;
  static final int IFLA_LINK_NETNSID = 37;
  static final int IFLA_XDP = 43;
  static final int IFLA_ALT_IFNAME = 53;

  /** Leaves the counters out of the answer. */
  static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;

  /** In {@link #IFLA_LINKINFO}. */
  static final int IFLA_INFO_KIND = 1;

  /** In {@link #IFLA_LINKINFO}. */
  static final int IFLA_INFO_DATA = 2;

  // in IFLA_XDP
  static final int IFLA_XDP_FD = 1;
  static final int IFLA_XDP_FLAGS = 3;
  static final int IFLA_XDP_DRV_PROG_ID = 5;
  static final int IFLA_XDP_SKB_PROG_ID = 6;
  static final int IFLA_XDP_HW_PROG_ID = 7;
  static final int IFLA_XDP_EXPECTED_FD = 8;
  static final int XDP_FLAGS_UPDATE_IF_NOEXIST = 1;
  static final int XDP_FLAGS_REPLACE = 1 << 4;

  /** In an {@link #AF_INET6} of {@link #IFLA_AF_SPEC}. */
  static final int IFLA_INET6_ADDR_GEN_MODE = 8;

  /** The device gets no address by itself. */
  static final int IN6_ADDR_GEN_MODE_NONE = 1;

  /** In a veth's {@link #IFLA_INFO_DATA}: {@code struct ifinfomsg} and attributes of the peer. */
  static final int VETH_INFO_PEER = 1;

  // enum of include/uapi/linux/if_link.h for netkit.
  static final int IFLA_NETKIT_PEER_INFO = 1;
  static final int IFLA_NETKIT_MODE = 5;
  static final int NETKIT_L2 = 0;

  // struct ifaddrmsg: u8 family, prefix length, flags, scope, u32 index
  static final int ADDRESS_PREFIX_LENGTH = 1;
  static final int ADDRESS_DEVICE = 4;
  static final int ADDRESS_LENGTH = 8;
  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;

  /** The address is usable at once, without asking whether somebody has it. */
  static final int IFA_F_NODAD = 0x02;

  // struct rtgenmsg of include/uapi/linux/rtnetlink.h: u8 family, padded; net_namespace.h
  static final int NAMESPACE_LENGTH = 4;
  static final int NETNSA_NSID = 1;
  static final int NETNSA_FD = 3;

  // struct rtmsg
  static final int RT_TABLE_MAIN = 254;
  static final int RTPROT_STATIC = 4;
  static final int RT_SCOPE_UNIVERSE = 0;
  static final int RT_SCOPE_LINK = 253;
  static final int RTN_UNICAST = 1;
  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;

  // struct ndmsg
  static final int NUD_PERMANENT = 0x80;
  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
}
