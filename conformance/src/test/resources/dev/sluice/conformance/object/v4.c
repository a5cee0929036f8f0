// What instruction set version 4 brought: signed division, sign extension, swaps, a long jump.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
const volatile int divisor = -3;
SEC("tc") int newer(struct __sk_buff *skb) {
  int length = skb->len;
  signed char byte = length;
  short half = length * 257;
  skb->cb[0] = -length / divisor;
  skb->cb[1] = -length % divisor;
  skb->cb[2] = byte;
  skb->cb[3] = half;
  skb->cb[4] = __builtin_bswap32(length);
  return __builtin_bswap16(length) & 1 ? -1 : 0;
}
char _license[] SEC("license") = "GPL";
