// Maps as they were written before libbpf 1.0.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct bpf_map_def {
  unsigned int type, key_size, value_size, max_entries, map_flags;
};
struct bpf_map_def SEC("maps") table = {BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0};
SEC("tc") int old(struct __sk_buff *skb) {
  int key = 0;
  return bpf_map_lookup_elem(&table, &key) != 0;
}
char _license[] SEC("license") = "GPL";
