// Functions: static, global, across sections, called from several programs, callbacks, a loop.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
static __attribute__((noinline)) int square(int x) { return x * x; }
__attribute__((noinline)) int global_sum(int a, int b) { return square(a) + b; }
static __attribute__((noinline)) SEC("other") int elsewhere(struct __sk_buff *skb) { return skb->len + square(3); }
struct sum { __u32 value; };
static long add(__u32 index, void *context) { ((struct sum *)context)->value += index; return index == 9; }
SEC("tc") int first_calls(struct __sk_buff *skb) { return global_sum(skb->len & 7, 2) + elsewhere(skb); }
SEC("tc") int second_calls(struct __sk_buff *skb) { return square(skb->mark + 2) & 3; }
SEC("tc") int loops(struct __sk_buff *skb) {
  struct sum sum = {};
  bpf_loop(100, add, &sum, 0);
  int bounded = 0;
  for (int i = 0; i < 20; i++) bounded += square(i) & skb->len;
  return sum.value == 45 ? bounded & 0xffff : 2;
}
SEC("xdp") int xdp_calls(struct xdp_md *ctx) { return square(1) + XDP_DROP; }
char _license[] SEC("license") = "GPL";
