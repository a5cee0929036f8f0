#include "program.h"
struct bucket {
  __u64 rate, burst, tokens, filled, dropped;
};
struct {
  NUMBER(type, BPF_MAP_TYPE_ARRAY);
  NUMBER(max_entries, 1);
  TYPE(key, __u32);
  TYPE(value, struct bucket);
} bucket SECTION(".maps");
SECTION("tc") int police(struct __sk_buff *skb) {
  __u32 key = 0;
  struct bucket *b = map_lookup(&bucket, &key);
  if (!b) return NEXT;
  __s64 rate = b->rate, burst = b->burst, tok = b->tokens, filled = b->filled;
  if (rate == 0) return NEXT;
  __s64 now = ktime();
  __s64 passed = now - filled;
  if (passed > 1000000000) passed = 1000000000;
  __s64 tokens = tok + rate * passed / 1000000000;
  if (tokens > burst) tokens = burst;
  b->filled = now;
  __s64 len = (int)skb->len;
  if (len > tokens) {
    b->tokens = tokens;
    __sync_fetch_and_add(&b->dropped, 1);
    return DROP;
  }
  b->tokens = tokens - len;
  return NEXT;
}
