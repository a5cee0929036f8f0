// Events: copied in, reserved and given back, asked for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); } fill SEC(".maps");
static __attribute__((noinline)) void keep(__u32 key, __u64 value) { bpf_map_update_elem(&fill, &key, &value, BPF_ANY); }
SEC("tc") int outputs(struct __sk_buff *skb) {
  __u32 words[3] = {1, skb->len, 3};
  long copied = bpf_ringbuf_output(&ring, words, sizeof(words), 0);
  __u32 *event = bpf_ringbuf_reserve(&ring, 100, 0);
  if (event) { event[24] = 1; bpf_ringbuf_discard(event, 0); }
  keep(0, bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA));
  keep(1, bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE));
  keep(2, bpf_ringbuf_query(&ring, BPF_RB_PROD_POS));
  return copied;
}
SEC("tc") int fills_it(struct __sk_buff *skb) {
  int fitted = 0;
  for (int i = 0; i < 5; i++) {
    void *event = bpf_ringbuf_reserve(&ring, 1000, 0);
    if (!event) break;
    bpf_ringbuf_submit(event, 0);
    fitted++;
  }
  return fitted;
}
char _license[] SEC("license") = "GPL";
