// One program for each section that says what it is for; no maps, so that it compiles without -g.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc") int plain_tc(struct __sk_buff *skb) { return 0; }
SEC("classifier") int old_classifier(struct __sk_buff *skb) { return 1; }
SEC("action") int old_action(struct __sk_buff *skb) { return 2; }
SEC("tcx/ingress") int at_ingress(struct __sk_buff *skb) { return -1; }
SEC("tcx/egress") int at_egress(struct __sk_buff *skb) { return skb->len > 100 ? 2 : -1; }
SEC("?xdp") int at_driver(struct xdp_md *xdp) { return XDP_PASS; }
SEC("cgroup_skb/ingress") int into_cgroup(struct __sk_buff *skb) { return 1; }
SEC("cgroup_skb/egress") int out_of_cgroup(struct __sk_buff *skb) { return 1; }
SEC("socket") int of_socket(struct __sk_buff *skb) { return 0; }
SEC("tc") int a_name_that_is_long_first(struct __sk_buff *skb) { return 3; }
SEC("tc") int a_name_that_is_long_second(struct __sk_buff *skb) { return 4; }
char _license[] SEC("license") = "GPL";
