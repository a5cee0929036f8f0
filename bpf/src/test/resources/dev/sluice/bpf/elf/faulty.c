// The verifier refuses it, and is to name the line.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int peek(struct __sk_buff *skb) {
  __u8 *data = (void *)(long)skb->data;
  return data[0]; // nothing says that this byte is there
}

SEC("tc")
int faulty(struct __sk_buff *skb) { return peek(skb); }

char _license[] SEC("license") = "GPL";
