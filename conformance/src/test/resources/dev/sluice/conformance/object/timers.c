// A timer in a value, with a callback. Its type is that of the kernel's own types, as vmlinux.h has it.
#define bpf_timer hidden_bpf_timer
#include <linux/bpf.h>
#undef bpf_timer
struct bpf_timer { __u64 __opaque[2]; } __attribute__((aligned(8)));
#include <bpf/bpf_helpers.h>
struct waiting { struct bpf_timer timer; __u32 fired; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct waiting); } timers SEC(".maps");
static int fire(void *map, __u32 *key, struct waiting *value) { value->fired++; return 0; }
SEC("tc") int starts_timer(struct __sk_buff *skb) {
  __u32 key = 0;
  struct waiting *waiting = bpf_map_lookup_elem(&timers, &key);
  if (!waiting) return 2;
  bpf_timer_init(&waiting->timer, &timers, 1);
  bpf_timer_set_callback(&waiting->timer, fire);
  bpf_timer_start(&waiting->timer, 1000000000000, 0);
  return bpf_timer_cancel(&waiting->timer);
}
char _license[] SEC("license") = "GPL";
