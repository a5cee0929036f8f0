// Functions of the kernel, and one that it has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *pointer) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *pointer, __u32 offset, void *buffer, __u32 size) __ksym;
extern int bpf_sluice_is_not_there(struct __sk_buff *skb) __ksym __weak;
SEC("tc") int through_dynptr(struct __sk_buff *skb) {
  struct bpf_dynptr pointer;
  __u8 buffer[14], *start;
  if (bpf_dynptr_from_skb(skb, 0, &pointer)) return 2;
  start = bpf_dynptr_slice(&pointer, 0, buffer, sizeof(buffer));
  return start ? start[12] : 7;
}
SEC("tc") int guarded(struct __sk_buff *skb) {
  return bpf_sluice_is_not_there ? bpf_sluice_is_not_there(skb) : 0;
}
char _license[] SEC("license") = "GPL";
