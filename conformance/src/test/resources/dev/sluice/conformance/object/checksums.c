// Checksums over buffers, and headers that come and go.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
static __attribute__((noinline)) __u16 fold(__u32 sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}
SEC("tc") int over_header(struct __sk_buff *skb) {
  struct iphdr ip;
  if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) < 0) return TC_ACT_SHOT;
  ip.check = 0;
  __u16 check = fold(bpf_csum_diff(0, 0, (__be32 *)&ip, sizeof(ip), 0));
  bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct iphdr, check), &check, 2, 0);
  return check & 7;
}
SEC("tc") int difference(struct __sk_buff *skb) {
  __be32 from[2] = {skb->len, 5}, to[2] = {skb->mark, 9};
  return fold(bpf_csum_diff(from, sizeof(from), to, sizeof(to), 77));
}
SEC("tc") int push_and_pop(struct __sk_buff *skb) {
  if (bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 7)) return TC_ACT_SHOT;
  if (bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), 8)) return TC_ACT_SHOT;
  return bpf_skb_vlan_pop(skb) ? TC_ACT_SHOT : TC_ACT_OK;
}
SEC("tc") int make_room(struct __sk_buff *skb) {
  return bpf_skb_adjust_room(skb, 8, BPF_ADJ_ROOM_MAC, 0) ? TC_ACT_SHOT : TC_ACT_OK;
}
SEC("tc") int pulled(struct __sk_buff *skb) {
  if (bpf_skb_pull_data(skb, skb->len)) return TC_ACT_SHOT;
  __u8 *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  return data + 60 <= end ? data[59] : TC_ACT_PIPE;
}
char _license[] SEC("license") = "GPL";
