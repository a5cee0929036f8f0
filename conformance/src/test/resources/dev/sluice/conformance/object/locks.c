// Values that are locked while they are changed, and one with a timer in it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct pair { struct bpf_spin_lock lock; __u32 packets; __u64 bytes; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, struct pair); } pairs SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, __u32); __type(value, struct pair); } by_mark SEC(".maps");
SEC("tc") int locked(struct __sk_buff *skb) {
  __u32 key = skb->len & 1, packets;
  struct pair *pair = bpf_map_lookup_elem(&pairs, &key);
  if (!pair) return 2;
  bpf_spin_lock(&pair->lock);
  packets = ++pair->packets;
  pair->bytes += skb->len;
  bpf_spin_unlock(&pair->lock);
  return packets;
}
SEC("tc") int locked_in_hash(struct __sk_buff *skb) {
  __u32 key = skb->mark & 3;
  struct pair first = {.packets = 1, .bytes = skb->len}, *pair = bpf_map_lookup_elem(&by_mark, &key);
  if (!pair) return bpf_map_update_elem(&by_mark, &key, &first, BPF_NOEXIST);
  bpf_spin_lock(&pair->lock);
  pair->packets++;
  pair->bytes += skb->len;
  bpf_spin_unlock(&pair->lock);
  return -1;
}
char _license[] SEC("license") = "GPL";
