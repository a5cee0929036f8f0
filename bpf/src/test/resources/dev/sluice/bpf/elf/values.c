// A map that is to hold a program from the start.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int last(struct __sk_buff *skb);
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __array(values, int(void *));
} jumps SEC(".maps") = {.values = {(void *)&last}};
SEC("tc") int last(struct __sk_buff *skb) { return 0; }
SEC("tc") int first(struct __sk_buff *skb) {
  bpf_tail_call(skb, &jumps, 0);
  return 1;
}
char _license[] SEC("license") = "GPL";
