// Calls a function that only the kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, void *dynptr) __ksym;
SEC("tc") int outside(struct __sk_buff *skb) {
  __u64 dynptr[2];
  return bpf_dynptr_from_skb(skb, 0, dynptr);
}
char _license[] SEC("license") = "GPL";
