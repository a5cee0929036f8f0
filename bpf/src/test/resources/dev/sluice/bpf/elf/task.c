// A relocation that has to be done for each kernel.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
  int pid;
} __attribute__((preserve_access_index));

SEC("tc")
int process(struct __sk_buff *skb) {
  struct task_struct *task = (void *)bpf_get_current_task_btf();
  return task->pid;
}

char _license[] SEC("license") = "GPL";
