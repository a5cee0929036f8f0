// A program for a hook that has nothing to do with traffic.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("kprobe/do_exit") int probe(void *ctx) { return 0; }
char _license[] SEC("license") = "GPL";
