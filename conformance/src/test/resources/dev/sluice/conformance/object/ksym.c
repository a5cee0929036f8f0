// Symbols of the kernel by their address, and some that it has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern const void _stext __ksym;
extern const void not_in_the_kernel __ksym __weak;
extern const int nor_this __ksym __weak;
SEC("tc") int addresses(struct __sk_buff *skb) {
  __u64 start = (long)&_stext;
  skb->cb[0] = start;
  skb->cb[1] = start >> 32;
  skb->cb[2] = &not_in_the_kernel != 0;
  skb->cb[3] = &nor_this != 0;
  return -1;
}
SEC("tc") int guarded_variable(struct __sk_buff *skb) {
  const int *mine = &nor_this ? bpf_this_cpu_ptr(&nor_this) : 0;
  return mine ? *mine : 2;
}
char _license[] SEC("license") = "GPL";
