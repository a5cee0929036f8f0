#include "program.h"
struct p4 {
  __u32 len;
  __u32 addr;
};
struct p6 {
  __u32 len;
  __u32 a[4];
};
struct port {
  __u32 proto, port;
};
struct count {
  __u64 packets, bytes;
};
struct {
  NUMBER(type, BPF_MAP_TYPE_LPM_TRIE);
  NUMBER(max_entries, 16384);
  TYPE(key, struct p4);
  TYPE(value, __u32);
  NUMBER(map_flags, BPF_F_NO_PREALLOC);
} blocked4 SECTION(".maps");
struct {
  NUMBER(type, BPF_MAP_TYPE_LPM_TRIE);
  NUMBER(max_entries, 16384);
  TYPE(key, struct p6);
  TYPE(value, __u32);
  NUMBER(map_flags, BPF_F_NO_PREALLOC);
} blocked6 SECTION(".maps");
struct {
  NUMBER(type, BPF_MAP_TYPE_HASH);
  NUMBER(max_entries, 4096);
  TYPE(key, struct port);
  TYPE(value, __u32);
} open SECTION(".maps");
struct {
  NUMBER(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  NUMBER(max_entries, 3);
  TYPE(key, __u32);
  TYPE(value, struct count);
} counters SECTION(".maps");
static inline __attribute__((always_inline)) int done(struct __sk_buff *skb, __u32 what, int v) {
  struct count *c = map_lookup(&counters, &what);
  if (c) {
    __sync_fetch_and_add(&c->packets, 1);
    __sync_fetch_and_add(&c->bytes, (long)(int)skb->len);
  }
  return v;
}
static inline __attribute__((always_inline)) int port(struct __sk_buff *skb, int proto, void *l4,
                                                      void *end) {
  struct port k = {proto, 0};
  if (proto == 6 || proto == 17) {
    if (l4 + 4 > end) return DROP;
    k.port = net16(l4 + 2);
  }
  if (!map_lookup(&open, &k)) return done(skb, 2, DROP);
  return done(skb, 0, NEXT);
}
SECTION("tc") int firewall(struct __sk_buff *skb) {
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  if (data + 14 > end) return DROP;
  int type = net16(data + 12);
  int off = 14;
  if (is_tag(type)) {
    if (data + 18 > end) return DROP;
    type = net16(data + 16);
    off = 18;
    if (is_tag(type)) {
      if (data + 22 > end) return DROP;
      type = net16(data + 20);
      off = 22;
    }
  }
  if (type == 0x0800) {
    void *ip = data + off;
    if (ip + 20 > end) return DROP;
    struct p4 k = {32, *(__u32 *)(ip + 12)};
    if (map_lookup(&blocked4, &k)) return done(skb, 1, DROP);
    if (net16(ip + 6) & 0x1fff) return done(skb, 0, NEXT);
    return port(skb, *(__u8 *)(ip + 9), ip + (*(__u8 *)ip & 0xf) * 4, end);
  } else if (type == 0x86dd) {
    void *ip = data + off;
    if (ip + 40 > end) return DROP;
    struct p6 k = {
        128, {*(__u32 *)(ip + 8), *(__u32 *)(ip + 12), *(__u32 *)(ip + 16), *(__u32 *)(ip + 20)}};
    if (map_lookup(&blocked6, &k)) return done(skb, 1, DROP);
    int proto = *(__u8 *)(ip + 6);
    int at = off + 40;
    for (int i = 0; i < 4; i++) {
      if (at < 0 || at > 0x7fff) return DROP;
      void *p = data + at;
      if (proto == 44) {
        if (p + 8 > end) return DROP;
        if (net16(p + 2) & ~7) return done(skb, 0, NEXT);
        proto = *(__u8 *)p;
        at += 8;
      } else if (proto == 0 || proto == 43 || proto == 60) {
        if (p + 8 > end) return DROP;
        proto = *(__u8 *)p;
        at += (*(__u8 *)(p + 1) + 1) * 8;
      } else
        break;
    }
    if (at < 0 || at > 0x7fff) return DROP;
    return port(skb, proto, data + at, end);
  }
  return NEXT;
}
