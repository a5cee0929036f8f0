// Maps in maps, full from the start: an array and a hash of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64); };
struct inner one SEC(".maps"), two SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 3); __type(key, __u32); __array(values, struct inner); } outer SEC(".maps") = {.values = {[0] = &one, [2] = &two}};
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32); __array(values, struct inner); } hashed SEC(".maps") = {.values = {&two, &one}};
static int count(void *table, __u32 key) {
  __u32 first = 0;
  void *inner = bpf_map_lookup_elem(table, &key);
  if (!inner) return 0;
  __u64 *value = bpf_map_lookup_elem(inner, &first);
  if (!value) return 0;
  return ++*value;
}
SEC("tc") int nested(struct __sk_buff *skb) { return count(&outer, 0) + 10 * count(&outer, 1) + 100 * count(&outer, 2); }
SEC("tc") int hashes(struct __sk_buff *skb) { return count(&hashed, 0) + 10 * count(&hashed, 1); }
char _license[] SEC("license") = "GPL";
