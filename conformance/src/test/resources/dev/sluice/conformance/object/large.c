// More instructions than kernels before 5.2 took, and names that are longer than the kernel's 15.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } a_map_whose_name_is_longer_than_fits SEC(".maps");
#define ONCE(n) hash = (hash ^ (word + n)) * 0x01000193u; word = word >> 3 | word << 29;
#define TEN(n) ONCE(n) ONCE(n + 1) ONCE(n + 2) ONCE(n + 3) ONCE(n + 4) ONCE(n + 5) ONCE(n + 6) ONCE(n + 7) ONCE(n + 8) ONCE(n + 9)
#define HUNDRED(n) TEN(n) TEN(n + 10) TEN(n + 20) TEN(n + 30) TEN(n + 40) TEN(n + 50) TEN(n + 60) TEN(n + 70) TEN(n + 80) TEN(n + 90)
SEC("tc") int a_program_of_very_many_instructions(struct __sk_buff *skb) {
  __u32 hash = 0x811c9dc5u, word = skb->len, key = 0;
  HUNDRED(0) HUNDRED(100) HUNDRED(200) HUNDRED(300) HUNDRED(400) HUNDRED(500) HUNDRED(600) HUNDRED(700) HUNDRED(800) HUNDRED(900)
  __u64 *sum = bpf_map_lookup_elem(&a_map_whose_name_is_longer_than_fits, &key);
  if (sum) *sum += hash;
  return hash & 0xffff;
}
SEC("tc") int a_program_of_few_instructions(struct __sk_buff *skb) { return skb->len & 0xff; }
char _license[] SEC("license") = "GPL";
