// What XDP programs do at both ends of a packet.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("xdp") int in_front(struct xdp_md *ctx) {
  if (bpf_xdp_adjust_meta(ctx, -8)) return XDP_ABORTED;
  __u64 *meta = (void *)(long)ctx->data_meta;
  if ((void *)(meta + 1) > (void *)(long)ctx->data) return XDP_ABORTED;
  *meta = 0x1122334455667788;
  return XDP_PASS;
}
SEC("xdp") int behind(struct xdp_md *ctx) { return bpf_xdp_adjust_tail(ctx, -20) ? XDP_ABORTED : XDP_DROP; }
SEC("xdp") int copies(struct xdp_md *ctx) {
  __u8 bytes[12];
  if (bpf_xdp_load_bytes(ctx, 14, bytes, sizeof(bytes)) < 0) return XDP_ABORTED;
  bytes[8]--;
  bpf_xdp_store_bytes(ctx, 14, bytes, sizeof(bytes));
  return bpf_xdp_get_buff_len(ctx) > 100 ? XDP_TX : XDP_PASS;
}
SEC("xdp") int more_head(struct xdp_md *ctx) {
  if (bpf_xdp_adjust_head(ctx, -4)) return XDP_ABORTED;
  __u32 *start = (void *)(long)ctx->data;
  if ((void *)(start + 1) > (void *)(long)ctx->data_end) return XDP_ABORTED;
  *start = ctx->ingress_ifindex;
  return XDP_PASS;
}
char _license[] SEC("license") = "GPL";
