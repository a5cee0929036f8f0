// Variables in sections with names of their own, and strings that the compiler puts into one.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
const volatile __u32 limit SEC(".rodata.limits") = 100;
const volatile struct { __u16 low, high; } range SEC(".rodata.limits") = {7, 9};
__u64 counted SEC(".data.counters") = 40;
__u32 nothing_yet SEC(".bss.later");
__s8 lowest = -3;
SEC("tc") int names(struct __sk_buff *skb) {
  const char even[] = "even packets", odd[] = "odd packets";
  char text[16];
  __builtin_memcpy(text, skb->len & 1 ? odd : even, sizeof(odd));
  counted += skb->len > limit ? range.high : range.low;
  nothing_yet = text[0];
  return counted + nothing_yet + lowest;
}
SEC("tc") int compares(struct __sk_buff *skb) {
  char name[8] = "abc";
  name[2] += skb->len & 1;
  return bpf_strncmp(name, sizeof(name), "abc");
}
char _license[] SEC("license") = "Dual BSD/GPL";
