// Every kind of relocation against the kernel's types.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sk_buff { unsigned int len; unsigned int data_len; __u8 cloned : 1; __u32 hash; char nowhere; };
struct net_device { int ifindex; unsigned mtu; char name[16]; };
struct net_device___renamed { int ifindex; int this_is_no_field; };
struct task_struct { int pid; int tgid; char comm[16]; struct task_struct *parent; };
struct qdisc_skb_cb { unsigned pkt_len; };
struct there_is_no_such_struct { int x; };
#pragma clang attribute pop
enum bpf_map_type___mine { BPF_MAP_TYPE_HASH___mine = 77, BPF_MAP_TYPE_NOT_THERE = 5 };
typedef __u32 no_such_type_either;
SEC("tc") int offsets(struct __sk_buff *skb) {
  skb->cb[0] = bpf_core_field_offset(struct sk_buff, len);
  skb->cb[1] = bpf_core_field_size(struct task_struct, comm);
  skb->cb[2] = bpf_core_field_offset(struct net_device, name[3]) - bpf_core_field_offset(struct net_device, name);
  skb->cb[3] = __builtin_preserve_field_info(((struct task_struct *)0)->pid, BPF_FIELD_SIGNED);
  skb->cb[4] = __builtin_preserve_field_info(((struct sk_buff *)0)->len, BPF_FIELD_SIGNED);
  return -1;
}
SEC("tc") int bits(struct __sk_buff *skb) {
  skb->cb[0] = __builtin_preserve_field_info(((struct sk_buff *)0)->cloned, BPF_FIELD_LSHIFT_U64);
  skb->cb[1] = __builtin_preserve_field_info(((struct sk_buff *)0)->cloned, BPF_FIELD_RSHIFT_U64);
  skb->cb[2] = __builtin_preserve_field_info(((struct sk_buff *)0)->cloned, BPF_FIELD_BYTE_OFFSET);
  skb->cb[3] = __builtin_preserve_field_info(((struct sk_buff *)0)->cloned, BPF_FIELD_BYTE_SIZE);
  return -1;
}
SEC("tc") int existence(struct __sk_buff *skb) {
  skb->cb[0] = bpf_core_field_exists(struct sk_buff, hash) + 2 * bpf_core_field_exists(struct sk_buff, nowhere)
    + 4 * bpf_core_field_exists(struct net_device___renamed, ifindex) + 8 * bpf_core_field_exists(struct net_device___renamed, this_is_no_field);
  skb->cb[1] = bpf_core_type_exists(struct task_struct) + 2 * bpf_core_type_exists(struct there_is_no_such_struct) + 4 * bpf_core_type_exists(no_such_type_either);
  skb->cb[2] = bpf_core_type_size(struct sk_buff) + bpf_core_type_size(struct there_is_no_such_struct);
  skb->cb[3] = bpf_core_enum_value_exists(enum bpf_map_type___mine, BPF_MAP_TYPE_HASH___mine) + 2 * bpf_core_enum_value_exists(enum bpf_map_type___mine, BPF_MAP_TYPE_NOT_THERE);
  skb->cb[4] = bpf_core_enum_value(enum bpf_map_type___mine, BPF_MAP_TYPE_HASH___mine);
  return -1;
}
SEC("tc") int matches(struct __sk_buff *skb) {
  skb->cb[0] = bpf_core_type_matches(struct qdisc_skb_cb) + 2 * bpf_core_type_matches(struct net_device___renamed);
  skb->cb[1] = bpf_core_type_id_kernel(struct task_struct) != 0;
  skb->cb[2] = bpf_core_type_id_local(struct task_struct) != 0;
  return -1;
}
SEC("tc") int guarded_by_existence(struct __sk_buff *skb) {
  struct there_is_no_such_struct *never = (void *)(long)skb->data;
  if (bpf_core_field_exists(never->x)) return never->x;
  return 0;
}
SEC("tc") int reads_the_kernel(struct __sk_buff *skb) {
  struct task_struct *task = (void *)bpf_get_current_task();
  return BPF_CORE_READ(task, pid) == (int)bpf_get_current_pid_tgid() ? -1 : 2;
}
char _license[] SEC("license") = "GPL";
