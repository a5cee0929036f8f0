// Atomic operations that give back what was there, a spin lock, and names that are too long.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct guarded { struct bpf_spin_lock lock; __u32 count; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct guarded); } a_map_with_a_name_that_is_too_long SEC(".maps");
__u64 counter = 5;
SEC("tc") int a_program_with_a_name_that_is_too_long(struct __sk_buff *skb) {
  __u32 key = 0;
  struct guarded *guarded = bpf_map_lookup_elem(&a_map_with_a_name_that_is_too_long, &key);
  if (!guarded) return 2;
  bpf_spin_lock(&guarded->lock);
  guarded->count += skb->len;
  bpf_spin_unlock(&guarded->lock);
  __u64 before = __sync_fetch_and_add(&counter, 3);
  __u64 old = __sync_val_compare_and_swap(&counter, before + 3, 100);
  __sync_fetch_and_or(&counter, 1);
  return (before + old + __sync_lock_test_and_set(&counter, 77)) & 0xff;
}
SEC("tc") int a_program_with_a_name_that_is_as_long(struct __sk_buff *skb) { return 0; }
char _license[] SEC("license") = "GPL";
