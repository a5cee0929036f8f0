package dev.sluice.kernel.netlink;

/**
 * The layout of netlink messages ({@code include/uapi/linux/netlink.h}) and the message types of
 * rtnetlink ({@code include/uapi/linux/rtnetlink.h}). Numbers are in host byte order.
 */
public final class NetlinkDescriptor {
  /** {@code AF_NETLINK}. */
  public static final int AF_NETLINK = 16;

  /** {@code NETLINK_ROUTE}: devices, addresses, routes and traffic control. */
  public static final int NETLINK_ROUTE = 0;

  /** Messages and attributes start at multiples of this many bytes. */
  public static final int ALIGNMENT = 4;

  // struct nlmsghdr
  /** Bytes of a message header. */
  public static final int HEADER_LENGTH = 16;

  /** Offset of the message's length, header included (u32). */
  public static final int LENGTH_OFFSET = 0;

  /** Offset of the message's type (u16). */
  public static final int TYPE_OFFSET = 4;

  /** Offset of the message's flags (u16). */
  public static final int FLAGS_OFFSET = 6;

  /** Offset of the sequence number, which answers repeat (u32). */
  public static final int SEQUENCE_OFFSET = 8;

  /** Offset of the sender's port (u32). */
  public static final int PORT_OFFSET = 12;

  // message types that every protocol has
  /** Nothing; to be ignored. */
  public static final int NLMSG_NOOP = 1;

  /** An error, or with error number 0 an acknowledgement. */
  public static final int NLMSG_ERROR = 2;

  /** The end of a listing. */
  public static final int NLMSG_DONE = 3;

  /** The first type that a protocol gives a meaning. */
  public static final int NLMSG_MIN_TYPE = 16;

  // flags
  /** A request. */
  public static final int NLM_F_REQUEST = 0x1;

  /** One of several messages, ended by {@link #NLMSG_DONE}. */
  public static final int NLM_F_MULTI = 0x2;

  /** Asks for an acknowledgement. */
  public static final int NLM_F_ACK = 0x4;

  /** Asks for what was made. */
  public static final int NLM_F_ECHO = 0x8;

  /** In an answer: something changed while the listing was made; it may lack entries. */
  public static final int NLM_F_DUMP_INTR = 0x10;

  /** Asks for a listing ({@code NLM_F_ROOT | NLM_F_MATCH}). */
  public static final int NLM_F_DUMP = 0x300;

  /** Replaces what is there. */
  public static final int NLM_F_REPLACE = 0x100;

  /** Refused if it is there. */
  public static final int NLM_F_EXCL = 0x200;

  /** Makes it if it is not there. */
  public static final int NLM_F_CREATE = 0x400;

  /** In an error: the request is not repeated whole. */
  public static final int NLM_F_CAPPED = 0x100;

  /** In an error or at the end of a listing: attributes follow ({@code NLMSGERR_ATTR_*}). */
  public static final int NLM_F_ACK_TLVS = 0x200;

  // struct nlmsgerr
  /** Offset of the negated error number in an error's payload (s32). */
  public static final int ERROR_NUMBER_OFFSET = 0;

  /** Offset in an error's payload of the header of the request that it answers. */
  public static final int ERROR_REQUEST_OFFSET = 4;

  // attributes of extended acknowledgements
  /** The kernel's words (string). */
  public static final int NLMSGERR_ATTR_MSG = 1;

  /** Where in the request the offending attribute is (u32). */
  public static final int NLMSGERR_ATTR_OFFS = 2;

  /** The type of an attribute that is missing (u32). */
  public static final int NLMSGERR_ATTR_MISS_TYPE = 5;

  /** Where in the request the nest is in which an attribute is missing (u32). */
  public static final int NLMSGERR_ATTR_MISS_NEST = 6;

  // struct nlattr
  /** Bytes of an attribute's header. */
  public static final int ATTRIBUTE_HEADER_LENGTH = 4;

  /** Offset of an attribute's length, header included (u16). */
  public static final int ATTRIBUTE_LENGTH_OFFSET = 0;

  /** Offset of an attribute's type (u16). */
  public static final int ATTRIBUTE_TYPE_OFFSET = 2;

  /** In an attribute's type: its payload is attributes. */
  public static final int NLA_F_NESTED = 0x8000;

  /** The part of an attribute's type that is not flags. */
  public static final int NLA_TYPE_MASK = 0x3fff;

  // socket options
  /** {@code SOL_SOCKET}. */
  public static final int SOL_SOCKET = 1;

  /** The send buffer's bound in bytes. */
  public static final int SO_SNDBUF = 7;

  /** The receive buffer's bound in bytes. */
  public static final int SO_RCVBUF = 8;

  /** The receive buffer's bound, past the system's limit; needs {@code CAP_NET_ADMIN}. */
  public static final int SO_RCVBUFFORCE = 33;

  /** {@code SOL_NETLINK}. */
  public static final int SOL_NETLINK = 270;

  /** Errors do not repeat the request. */
  public static final int NETLINK_CAP_ACK = 10;

  /** Errors and acknowledgements carry attributes. */
  public static final int NETLINK_EXT_ACK = 11;

  // rtnetlink
  /** Makes or changes a device. */
  public static final int RTM_NEWLINK = 16;

  /** Removes a device. */
  public static final int RTM_DELLINK = 17;

  /** Asks about devices. */
  public static final int RTM_GETLINK = 18;

  /** Changes a device. */
  public static final int RTM_SETLINK = 19;

  /** Adds an address. */
  public static final int RTM_NEWADDR = 20;

  /** Removes an address. */
  public static final int RTM_DELADDR = 21;

  /** Asks for addresses. */
  public static final int RTM_GETADDR = 22;

  /** Adds a route. */
  public static final int RTM_NEWROUTE = 24;

  /** Removes a route. */
  public static final int RTM_DELROUTE = 25;

  /** Adds a neighbour. */
  public static final int RTM_NEWNEIGH = 28;

  /** Makes or changes a qdisc. */
  public static final int RTM_NEWQDISC = 36;

  /** Removes a qdisc. */
  public static final int RTM_DELQDISC = 37;

  /** Asks about qdiscs. */
  public static final int RTM_GETQDISC = 38;

  /** Makes or changes a class. */
  public static final int RTM_NEWTCLASS = 40;

  /** Removes a class. */
  public static final int RTM_DELTCLASS = 41;

  /** Asks about classes. */
  public static final int RTM_GETTCLASS = 42;

  /** Makes or changes a filter. */
  public static final int RTM_NEWTFILTER = 44;

  /** Removes a filter. */
  public static final int RTM_DELTFILTER = 45;

  /** Asks about filters. */
  public static final int RTM_GETTFILTER = 46;

  /** Tells the number of a network namespace. */
  public static final int RTM_NEWNSID = 88;

  /** Asks for it. */
  public static final int RTM_GETNSID = 90;

  private NetlinkDescriptor() {}

  /** The next multiple of {@link #ALIGNMENT}. */
  public static int align(int length) {
    return (length + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
