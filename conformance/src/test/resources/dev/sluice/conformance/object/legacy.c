// Maps as libbpf had them before 1.0.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct bpf_map_def { unsigned int type, key_size, value_size, max_entries, map_flags; };
struct bpf_map_def SEC("maps") old_counts = {BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0};
struct bpf_map_def SEC("maps") old_hash = {BPF_MAP_TYPE_HASH, 4, 4, 16, BPF_F_NO_PREALLOC};
SEC("classifier") int old_style(struct __sk_buff *skb) {
  __u32 key = 1, length = skb->len;
  __u64 *count = bpf_map_lookup_elem(&old_counts, &key);
  if (count) ++*count;
  bpf_map_update_elem(&old_hash, &length, &length, BPF_ANY);
  return count ? *count : 2;
}
char _license[] SEC("license") = "GPL";
