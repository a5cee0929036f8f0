// Relocations for this kernel (CO-RE) on what is the same in every kernel: contexts and headers.
#include <linux/bpf.h>
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct iphdr {
  __u8 ihl : 4, version : 4;
  __u8 tos;
  __be16 tot_len;
  __be16 id;
  __be16 frag_off;
  __u8 ttl;
  __u8 protocol;
  __sum16 check;
  __be32 saddr;
  __be32 daddr;
};
struct ethhdr {
  unsigned char h_dest[6];
  unsigned char h_source[6];
  __be16 h_proto;
};
#pragma clang attribute pop
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

static long on_each(__u32 turn, void *sum) {
  *(__u32 *)sum += turn;
  return 0;
}

SEC("tcx/ingress")
int protocol(struct __sk_buff *skb) {
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  struct ethhdr *eth = data;
  struct iphdr *ip = data + sizeof *eth;
  if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(0x0800)) return -1;
  return ip->protocol;
}

SEC("tcx/ingress")
int loops(struct __sk_buff *skb) {
  __u32 sum = 0;
  bpf_loop(10, on_each, &sum, 0);
  return sum;
}

char _license[] SEC("license") = "GPL";
