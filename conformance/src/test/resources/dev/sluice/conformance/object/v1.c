// The oldest instruction set.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("tc") int oldest(struct __sk_buff *skb) {
  __u32 x = skb->len * 2654435761u;
  if (x >> 16 > skb->mark && x < 0xfffffff0) x ^= skb->len;
  skb->mark = x;
  return x & 1 ? -1 : 0;
}
char _license[] SEC("license") = "GPL";
