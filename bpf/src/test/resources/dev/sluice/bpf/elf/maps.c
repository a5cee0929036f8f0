// Maps of every kind that a file can define.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct prefix {
  __u32 bits;
  __u8 address[16];
};
enum color { RED, GREEN };

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 100);
  __type(key, struct prefix);
  __type(value, enum color);
  __uint(map_flags, BPF_F_NO_PREALLOC);
} routes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1000);
  __uint(key_size, 12);
  __uint(value_size, 20);
  __uint(pinning, LIBBPF_PIN_BY_NAME);
} sizes_only SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 3);
  __type(key, int);
  __type(value, long);
} per_processor_counters SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 5000);
} events SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, sizeof(int));
  __uint(value_size, sizeof(int));
} samples SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u32);
} jumps SEC(".maps");

struct inner {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u64);
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 2);
  __type(key, __u32);
  __array(values, struct inner);
} tables SEC(".maps");

static struct {
  __uint(type, BPF_MAP_TYPE_QUEUE);
  __uint(max_entries, 10);
  __type(value, __u32);
} waiting SEC(".maps");

SEC("tc")
int use(struct __sk_buff *skb) {
  __u32 zero = 0, mark = skb->mark;
  long *count = bpf_map_lookup_elem(&per_processor_counters, &zero);
  if (count) *count += 1;
  __u64 *event = bpf_ringbuf_reserve(&events, 8, 0);
  if (event) {
    *event = mark;
    bpf_ringbuf_submit(event, 0);
  }
  void *table = bpf_map_lookup_elem(&tables, &zero);
  if (table) {
    __u64 *value = bpf_map_lookup_elem(table, &zero);
    if (value) *value = 5;
  }
  bpf_map_push_elem(&waiting, &mark, 0);
  char key[12] = "key";
  if (bpf_map_lookup_elem(&sizes_only, key)) return 2;
  struct prefix prefix = {128, {1}};
  enum color *color = bpf_map_lookup_elem(&routes, &prefix);
  if (color) return *color;
  bpf_tail_call(skb, &jumps, 1);
  return 7;
}

char _license[] SEC("license") = "GPL";
