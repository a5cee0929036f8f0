#include "program.h"
/* The access list of RuleList: rules.h is made of its text by build, one RULE a line. */
#define TCP 6
#define UDP 17
#define MASK(bits) (-1u << (32 - (bits)))
#define RULE(protocol, from, from_bits, to, to_bits, first, last, number, verdict)    \
  if (proto == (protocol) && (source & MASK(from_bits)) == (from) &&                  \
      (destination & MASK(to_bits)) == (to) && port >= (first) && port <= (last)) {   \
    skb->mark = (number);                                                             \
    return verdict;                                                                   \
  }

SECTION("tc") int rules(struct __sk_buff *skb) {
  void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
  if (data + 34 > end) return NEXT;
  if (net16(data + 12) != 0x0800) return NEXT;
  int proto = *(__u8 *)(data + 23);
  if (proto != TCP && proto != UDP) return NEXT;
  void *l4 = data + 14 + (*(__u8 *)(data + 14) & 0xf) * 4;
  if (l4 + 4 > end) return NEXT;
  int port = net16(l4 + 2);
  __u32 source = __builtin_bswap32(*(__u32 *)(data + 26));
  __u32 destination = __builtin_bswap32(*(__u32 *)(data + 30));
#include "rules.h"
  return NEXT;
}
