/* What the programs here need of the kernel's interface. */
#include <linux/bpf.h>

#define NEXT -1
#define DROP 2
#define SECTION(name) __attribute__((section(name), used))
/* A field of a map's definition that is a number, and one that is a type. */
#define NUMBER(name, value) int(*name)[value]
#define TYPE(name, value) value *name
#define INLINE static inline __attribute__((always_inline))

static void *(*map_lookup)(void *map, const void *key) = (void *)1;
static __u64 (*ktime)(void) = (void *)5;

INLINE __u16 net16(const void *at) { return __builtin_bswap16(*(const __u16 *)at); }
INLINE int is_tag(int type) { return type == 0x8100 || type == 0x88a8; }

char terms[] SECTION("license") = "GPL";
