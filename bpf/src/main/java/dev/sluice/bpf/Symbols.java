package dev.sluice.bpf;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The names that every assembly file knows: offsets of fields, verdicts, protocols and flags. */
final class Symbols {
  private static final SequencedMap<String, Long> ALL = new LinkedHashMap<>();

  static {
    // The context of traffic control, socket filter and cgroup_skb programs (struct __sk_buff).
    ALL.put("skb.len", 0L);
    ALL.put("skb.pkt_type", 4L);
    ALL.put("skb.mark", 8L);
    ALL.put("skb.queue_mapping", 12L);
    ALL.put("skb.protocol", 16L);
    ALL.put("skb.vlan_present", 20L);
    ALL.put("skb.vlan_tci", 24L);
    ALL.put("skb.vlan_proto", 28L);
    ALL.put("skb.priority", 32L);
    ALL.put("skb.ingress_ifindex", 36L);
    ALL.put("skb.ifindex", 40L);
    ALL.put("skb.tc_index", 44L);
    ALL.put("skb.cb", 48L);
    ALL.put("skb.hash", 68L);
    ALL.put("skb.tc_classid", 72L);
    ALL.put("skb.data", 76L);
    ALL.put("skb.data_end", 80L);
    ALL.put("skb.napi_id", 84L);
    ALL.put("skb.family", 88L);
    ALL.put("skb.remote_ip4", 92L);
    ALL.put("skb.local_ip4", 96L);
    ALL.put("skb.remote_ip6", 100L);
    ALL.put("skb.local_ip6", 116L);
    ALL.put("skb.remote_port", 132L);
    ALL.put("skb.local_port", 136L);
    ALL.put("skb.data_meta", 140L);
    ALL.put("skb.flow_keys", 144L);
    ALL.put("skb.tstamp", 152L);
    ALL.put("skb.wire_len", 160L);
    ALL.put("skb.gso_segs", 164L);
    ALL.put("skb.sk", 168L);
    ALL.put("skb.gso_size", 176L);
    ALL.put("skb.tstamp_type", 180L);
    ALL.put("skb.hwtstamp", 184L);
    // The context of XDP programs (struct xdp_md).
    ALL.put("xdp.data", 0L);
    ALL.put("xdp.data_end", 4L);
    ALL.put("xdp.data_meta", 8L);
    ALL.put("xdp.ingress_ifindex", 12L);
    ALL.put("xdp.rx_queue_index", 16L);
    ALL.put("xdp.egress_ifindex", 20L);
    // Ethernet, IPv4, IPv6, TCP, UDP and ICMP headers, from the start of each (include/uapi/linux).
    ALL.put("ETH_HLEN", 14L);
    ALL.put("ETH_ALEN", 6L);
    ALL.put("ethhdr.h_dest", 0L);
    ALL.put("ethhdr.h_source", 6L);
    ALL.put("ethhdr.h_proto", 12L);
    ALL.put("iphdr.ver_ihl", 0L);
    ALL.put("iphdr.tos", 1L);
    ALL.put("iphdr.tot_len", 2L);
    ALL.put("iphdr.id", 4L);
    ALL.put("iphdr.frag_off", 6L);
    ALL.put("iphdr.ttl", 8L);
    ALL.put("iphdr.protocol", 9L);
    ALL.put("iphdr.check", 10L);
    ALL.put("iphdr.saddr", 12L);
    ALL.put("iphdr.daddr", 16L);
    ALL.put("iphdr.size", 20L);
    ALL.put("ipv6hdr.payload_len", 4L);
    ALL.put("ipv6hdr.nexthdr", 6L);
    ALL.put("ipv6hdr.hop_limit", 7L);
    ALL.put("ipv6hdr.saddr", 8L);
    ALL.put("ipv6hdr.daddr", 24L);
    ALL.put("ipv6hdr.size", 40L);
    ALL.put("tcphdr.source", 0L);
    ALL.put("tcphdr.dest", 2L);
    ALL.put("tcphdr.seq", 4L);
    ALL.put("tcphdr.ack_seq", 8L);
    ALL.put("tcphdr.flags", 13L);
    ALL.put("tcphdr.window", 14L);
    ALL.put("tcphdr.check", 16L);
    ALL.put("tcphdr.size", 20L);
    ALL.put("udphdr.source", 0L);
    ALL.put("udphdr.dest", 2L);
    ALL.put("udphdr.len", 4L);
    ALL.put("udphdr.check", 6L);
    ALL.put("udphdr.size", 8L);
    ALL.put("icmphdr.type", 0L);
    ALL.put("icmphdr.code", 1L);
    ALL.put("icmphdr.checksum", 2L);
    ALL.put("icmphdr.size", 8L);
    // Verdicts of TCX and netkit programs (enum tcx_action_base).
    ALL.put("TCX_NEXT", -1L);
    ALL.put("TCX_PASS", 0L);
    ALL.put("TCX_DROP", 2L);
    ALL.put("TCX_REDIRECT", 7L);
    // Verdicts of classic tc programs (include/uapi/linux/pkt_cls.h).
    ALL.put("TC_ACT_UNSPEC", -1L);
    ALL.put("TC_ACT_OK", 0L);
    ALL.put("TC_ACT_RECLASSIFY", 1L);
    ALL.put("TC_ACT_SHOT", 2L);
    ALL.put("TC_ACT_PIPE", 3L);
    ALL.put("TC_ACT_STOLEN", 4L);
    ALL.put("TC_ACT_QUEUED", 5L);
    ALL.put("TC_ACT_REPEAT", 6L);
    ALL.put("TC_ACT_REDIRECT", 7L);
    ALL.put("TC_ACT_TRAP", 8L);
    // Verdicts of XDP programs (enum xdp_action).
    ALL.put("XDP_ABORTED", 0L);
    ALL.put("XDP_DROP", 1L);
    ALL.put("XDP_PASS", 2L);
    ALL.put("XDP_TX", 3L);
    ALL.put("XDP_REDIRECT", 4L);
    // EtherTypes, to compare after be16 (include/uapi/linux/if_ether.h).
    ALL.put("ETH_P_IP", 0x800L);
    ALL.put("ETH_P_ARP", 0x806L);
    ALL.put("ETH_P_8021Q", 0x8100L);
    ALL.put("ETH_P_8021AD", 0x88a8L);
    ALL.put("ETH_P_IPV6", 0x86ddL);
    ALL.put("ETH_P_MPLS_UC", 0x8847L);
    // Protocols over IP (include/uapi/linux/in.h, in6.h).
    ALL.put("IPPROTO_ICMP", 1L);
    ALL.put("IPPROTO_IPIP", 4L);
    ALL.put("IPPROTO_TCP", 6L);
    ALL.put("IPPROTO_UDP", 17L);
    ALL.put("IPPROTO_IPV6", 41L);
    ALL.put("IPPROTO_GRE", 47L);
    ALL.put("IPPROTO_ESP", 50L);
    ALL.put("IPPROTO_ICMPV6", 58L);
    ALL.put("IPPROTO_SCTP", 132L);
    // Address families and packet types.
    ALL.put("AF_INET", 2L);
    ALL.put("AF_INET6", 10L);
    ALL.put("PACKET_HOST", 0L);
    ALL.put("PACKET_BROADCAST", 1L);
    ALL.put("PACKET_MULTICAST", 2L);
    ALL.put("PACKET_OTHERHOST", 3L);
    ALL.put("PACKET_OUTGOING", 4L);
    ALL.put("IP_MF", 0x2000L);
    ALL.put("IP_OFFSET", 0x1fffL);
    // Flags of helpers and map updates (include/uapi/linux/bpf.h).
    ALL.put("BPF_ANY", 0L);
    ALL.put("BPF_NOEXIST", 1L);
    ALL.put("BPF_EXIST", 2L);
    ALL.put("BPF_F_LOCK", 4L);
    ALL.put("BPF_F_INDEX_MASK", 0xffffffffL);
    ALL.put("BPF_F_CURRENT_CPU", 0xffffffffL);
    ALL.put("BPF_F_RECOMPUTE_CSUM", 1L);
    ALL.put("BPF_F_INVALIDATE_HASH", 2L);
    ALL.put("BPF_F_HDR_FIELD_MASK", 15L);
    ALL.put("BPF_F_PSEUDO_HDR", 16L);
    ALL.put("BPF_F_MARK_MANGLED_0", 32L);
    ALL.put("BPF_F_MARK_ENFORCE", 64L);
    ALL.put("BPF_F_INGRESS", 1L);
    ALL.put("BPF_F_NO_TUNNEL_KEY", 16L);
    ALL.put("BPF_ADJ_ROOM_NET", 0L);
    ALL.put("BPF_ADJ_ROOM_MAC", 1L);
    ALL.put("BPF_RB_NO_WAKEUP", 1L);
    ALL.put("BPF_RB_FORCE_WAKEUP", 2L);
    ALL.put("BPF_HDR_START_MAC", 0L);
    ALL.put("BPF_HDR_START_NET", 1L);
  }

  private Symbols() {}

  /** The values by name, in the order of the reference. */
  static Map<String, Long> all() {
    return ALL;
  }
}
