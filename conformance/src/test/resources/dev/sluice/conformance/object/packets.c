// Packets, read and rewritten: direct access, checksums, room, VLAN tags.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
SEC("tc") int lower_ttl(struct __sk_buff *skb) {
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  struct ethhdr *eth = data;
  struct iphdr *ip = (void *)(eth + 1);
  if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP)) return -1;
  __u16 before, after;
  __builtin_memcpy(&before, &ip->ttl, 2);
  ip->ttl--;
  __builtin_memcpy(&after, &ip->ttl, 2);
  bpf_l3_csum_replace(skb, sizeof(*eth) + offsetof(struct iphdr, check), before, after, 2);
  return 0;
}
SEC("tc") int set_port(struct __sk_buff *skb) {
  __be16 port = bpf_htons(5353), before;
  int at = sizeof(struct ethhdr) + sizeof(struct iphdr) + offsetof(struct udphdr, dest);
  if (bpf_skb_load_bytes(skb, at, &before, 2) < 0) return 2;
  bpf_l4_csum_replace(skb, at - 2 + offsetof(struct udphdr, check), before, port, 2 | BPF_F_MARK_MANGLED_0);
  bpf_skb_store_bytes(skb, at, &port, 2, 0);
  return 0;
}
SEC("tc") int tag(struct __sk_buff *skb) { return bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 42) ? 2 : 0; }
SEC("tc") int grow(struct __sk_buff *skb) { return bpf_skb_change_tail(skb, skb->len + 20, 0) ? 2 : 0; }
SEC("tc") int shrink(struct __sk_buff *skb) { return bpf_skb_change_tail(skb, 50, 0) ? 2 : 0; }
SEC("xdp") int swap(struct xdp_md *ctx) {
  struct ethhdr *eth = (void *)(long)ctx->data;
  if ((void *)(eth + 1) > (void *)(long)ctx->data_end) return XDP_ABORTED;
  __u8 mac[ETH_ALEN];
  __builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
  __builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
  __builtin_memcpy(eth->h_source, mac, ETH_ALEN);
  return XDP_TX;
}
SEC("xdp") int cut(struct xdp_md *ctx) { return bpf_xdp_adjust_head(ctx, 8) ? XDP_ABORTED : XDP_PASS; }
SEC("cgroup_skb/egress") int first_byte(struct __sk_buff *skb) {
  __u8 *data = (void *)(long)skb->data;
  return (void *)(data + 1) <= (void *)(long)skb->data_end && (*data >> 4) == 4;
}
char _license[] SEC("license") = "GPL";
