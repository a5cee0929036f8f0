// Counts packets by length, with everything that one file can hold: maps, functions, variables.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
  __u64 packets;
  __u64 bytes;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __type(key, __u32);
  __type(value, struct counter);
} by_mark SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, __u64);
} totals SEC(".maps");

// What user space may set before the program is loaded.
const volatile __u32 limit = 1000;
static const __u8 weights[] = {1, 2, 4, 8, 16, 32, 64, 128};

__u64 seen;
static __u32 largest;
__u32 step = 3;

static __attribute__((noinline)) int add(void *ctx, __u32 mark, __u32 length) {
  struct counter *counter = bpf_map_lookup_elem(&by_mark, &mark);
  struct counter first = {1, length};
  if (!counter) return (int)bpf_map_update_elem(&by_mark, &mark, &first, BPF_ANY);
  counter->packets++;
  counter->bytes += length;
  return 0;
}

// Called by another function only.
__attribute__((noinline)) int weigh(__u32 length) { return weights[length & 7] * (int)step; }

static __attribute__((noinline)) int weight(struct __sk_buff *skb) {
  int result = weigh(skb->len);
  if (result > 100) return 100;
  return result;
}

SEC("tc")
int count(struct __sk_buff *skb) {
  __u32 total = skb->len > limit;
  __u64 *packets = bpf_map_lookup_elem(&totals, &total);
  if (packets) __sync_fetch_and_add(packets, 1);
  if (skb->len > largest) largest = skb->len;
  seen += step;
  if (add(skb, skb->mark, skb->len)) return 2;
  return weight(skb);
}

SEC("tc")
int weigh_only(struct __sk_buff *skb) {
  return weight(skb);
}

// Its functions have an order of their own: each is followed by what it calls.
SEC("tc")
int weigh_first(struct __sk_buff *skb) {
  int result = weight(skb);
  if (add(skb, skb->mark, skb->len)) return 2;
  return result;
}

char _license[] SEC("license") = "Dual MIT/GPL";
