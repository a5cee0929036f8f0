// A table of programs that is full from the start, with a gap.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int leaf_two(struct __sk_buff *skb);
int leaf_zero(struct __sk_buff *skb);
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 4);
  __uint(key_size, 4);
  __array(values, int(struct __sk_buff *));
} jumps SEC(".maps") = {.values = {[0] = &leaf_zero, [2] = &leaf_two}};
SEC("tc") int leaf_zero(struct __sk_buff *skb) { skb->mark = 100; return 0; }
SEC("tc") int leaf_two(struct __sk_buff *skb) { skb->mark += 1; bpf_tail_call_static(skb, &jumps, 0); return 2; }
SEC("tc") int jump(struct __sk_buff *skb) {
  bpf_tail_call(skb, &jumps, skb->len & 3);
  return 7;
}
char _license[] SEC("license") = "GPL";
