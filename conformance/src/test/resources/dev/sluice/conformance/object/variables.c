// Global variables: constants that can be set before loading, counters, several sections.
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
const volatile __u32 limit = 200;
const volatile bool enabled = true;
const volatile __u16 ports[4] = {80, 443, 8080, 0};
const volatile __s64 offset_by = -3;
const volatile char tag[8] = "sluice";
const volatile __u32 hidden SEC(".rodata.more") = 9;
__u64 packets;
__u64 start = 1000;
static int last_length = 5;
struct pair { __u32 a, b; } pair = {1, 2};
__u32 own SEC(".data.own") = 3;
SEC("tc") int use_variables(struct __sk_buff *skb) {
  packets++;
  start += offset_by;
  last_length = skb->len;
  pair.b += pair.a + own;
  own += hidden;
  if (!enabled) return 2;
  return last_length > limit ? 0 : ports[packets & 3] == 443 ? -1 : tag[0];
}
char _license[] SEC("license") = "Dual MIT/GPL";
