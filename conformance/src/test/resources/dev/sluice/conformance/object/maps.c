// Maps of the usual types, defined with types, and used.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct bpf_map;
struct flow { __u32 from, to; __u16 ports[2]; __u8 protocol, pad[3]; };
struct count { __u64 packets, bytes; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, struct flow); __type(value, struct count); } flows SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, struct count); } recent SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } sums SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64); } each SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 8); __type(key, __u32); __type(value, __u32); } cpus SEC(".maps");
struct prefix { __u32 bits; __u32 address; };
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 8); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct prefix); __type(value, __u32); } nets SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 8); __type(value, __u32); } lengths SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_STACK); __uint(max_entries, 8); __type(value, __u32); } stack SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } samples SEC(".maps");
SEC("tc") int use_maps(struct __sk_buff *skb) {
  struct flow flow = {.from = 1, .to = skb->len, .ports = {80, 443}, .protocol = 6};
  struct count one = {1, skb->len}, *known = bpf_map_lookup_elem(&flows, &flow);
  if (known) { __sync_fetch_and_add(&known->packets, 1); __sync_fetch_and_add(&known->bytes, skb->len); }
  else bpf_map_update_elem(&flows, &flow, &one, BPF_NOEXIST);
  __u32 key = 1, length = skb->len;
  bpf_map_update_elem(&recent, &length, &one, BPF_ANY);
  __u64 *sum = bpf_map_lookup_elem(&sums, &key);
  if (sum) *sum += skb->len;
  __u64 *mine = bpf_map_lookup_elem(&each, &key);
  if (mine) *mine += 1;
  bpf_map_update_elem(&cpus, &key, &length, BPF_ANY);
  struct prefix net = {16, 0x0000a8c0}, host = {32, 0x0101a8c0};
  bpf_map_update_elem(&nets, &net, &length, BPF_ANY);
  __u32 *hit = bpf_map_lookup_elem(&nets, &host);
  bpf_map_push_elem(&lengths, &length, BPF_EXIST);
  bpf_map_push_elem(&stack, &length, BPF_EXIST);
  __u32 *event = bpf_ringbuf_reserve(&events, 4, 0);
  if (event) { *event = length; bpf_ringbuf_submit(event, 0); }
  if (length == 1) bpf_map_delete_elem(&recent, &key);
  return hit && *hit == length ? -1 : 2;
}
SEC("tc") int walk(struct __sk_buff *skb);
static long visit(struct bpf_map *map, __u32 *key, __u64 *value, void *sum) { *(__u64 *)sum += *key + *value; return 0; }
SEC("tc") int walk(struct __sk_buff *skb) {
  __u64 sum = 0;
  bpf_for_each_map_elem(&sums, visit, &sum, 0);
  return sum & 0xff;
}
char _license[] SEC("license") = "GPL";
