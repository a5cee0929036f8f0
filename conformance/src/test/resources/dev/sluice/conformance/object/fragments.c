// XDP programs: one that wants packets in one piece, and one that takes several.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
static int last_byte_of_mac(struct xdp_md *ctx) {
  unsigned char *data = (void *)(long)ctx->data;
  unsigned char *end = (void *)(long)ctx->data_end;
  if (data + 6 > end) return XDP_ABORTED;
  return data[5] & 1 ? XDP_DROP : XDP_PASS;
}
SEC("xdp") int whole(struct xdp_md *ctx) { return last_byte_of_mac(ctx); }
SEC("xdp.frags") int pieces(struct xdp_md *ctx) { return last_byte_of_mac(ctx); }
char _license[] SEC("license") = "GPL";
