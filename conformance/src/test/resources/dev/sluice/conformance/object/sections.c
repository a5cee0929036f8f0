// Every section that has to do with packets, some twice, and one that has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("tc") int tc_first(struct __sk_buff *skb) { return skb->len > 100 ? 0 : -1; }
SEC("tc") int tc_second(struct __sk_buff *skb) { return 2; }
SEC("classifier") int as_classifier(struct __sk_buff *skb) { skb->mark = 7; return -1; }
SEC("action") int as_action(struct __sk_buff *skb) { return 2; }
SEC("tc/ingress") int tc_in(struct __sk_buff *skb) { return 0; }
SEC("tc/egress") int tc_out(struct __sk_buff *skb) { return 7; }
SEC("tcx/ingress") int tcx_in(struct __sk_buff *skb) { return -1; }
SEC("tcx/egress") int tcx_out(struct __sk_buff *skb) { skb->priority = 0x10010; return -1; }
SEC("netkit/primary") int nk_primary(struct __sk_buff *skb) { return -1; }
SEC("netkit/peer") int nk_peer(struct __sk_buff *skb) { return 2; }
SEC("xdp") int xdp_pass(struct xdp_md *ctx) { return XDP_PASS; }
SEC("?xdp") int xdp_drop(struct xdp_md *ctx) { return XDP_DROP; }
SEC("cgroup_skb/ingress") int group_in(struct __sk_buff *skb) { return 1; }
SEC("cgroup_skb/egress") int group_out(struct __sk_buff *skb) { return skb->len > 60; }
SEC("cgroup/skb") int group_any(struct __sk_buff *skb) { return 0; }
SEC("socket") int filter(struct __sk_buff *skb) { return skb->len; }
SEC("kprobe/do_exit") int not_for_packets(void *ctx) { return 0; }
int _version SEC("version") = 1;
char _license[] SEC("license") = "GPL";
