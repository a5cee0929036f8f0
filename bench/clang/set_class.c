#include "program.h"
struct {
  NUMBER(type, BPF_MAP_TYPE_HASH);
  NUMBER(max_entries, 4096);
  TYPE(key, __u32);
  TYPE(value, __u32);
} class_by_port SECTION(".maps");
SECTION("tc") int set_class(struct __sk_buff *skb) {
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  if (data + 14 > end) return NEXT;
  int type = net16(data + 12);
  int off = 14;
  if (is_tag(type)) {
    if (data + 18 > end) return NEXT;
    type = net16(data + 16);
    off = 18;
    if (is_tag(type)) {
      if (data + 22 > end) return NEXT;
      type = net16(data + 20);
      off = 22;
    }
  }
  int proto;
  void *l4;
  if (type == 0x0800) {
    void *ip = data + off;
    if (ip + 20 > end) return NEXT;
    if (net16(ip + 6) & 0x1fff) return NEXT;
    proto = *(__u8 *)(ip + 9);
    l4 = ip + (*(__u8 *)ip & 0xf) * 4;
  } else if (type == 0x86dd) {
    void *ip = data + off;
    if (ip + 40 > end) return NEXT;
    proto = *(__u8 *)(ip + 6);
    int at = off + 40;
    for (int i = 0; i < 4; i++) {
      if (at < 0 || at > 0x7fff) return NEXT;
      void *p = data + at;
      if (proto == 44) {
        if (p + 8 > end) return NEXT;
        if (net16(p + 2) & ~7) return NEXT;
        proto = *(__u8 *)p;
        at += 8;
      } else if (proto == 0 || proto == 43 || proto == 60) {
        if (p + 8 > end) return NEXT;
        proto = *(__u8 *)p;
        at += (*(__u8 *)(p + 1) + 1) * 8;
      } else
        break;
    }
    if (at < 0 || at > 0x7fff) return NEXT;
    l4 = data + at;
  } else
    return NEXT;
  if (proto != 6 && proto != 17) return NEXT;
  if (l4 + 4 > end) return NEXT;
  __u32 port = net16(l4 + 2);
  __u32 *c = map_lookup(&class_by_port, &port);
  if (c) skb->priority = *c;
  return NEXT;
}
