// How the kernel was configured.
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
extern int LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_NET __kconfig;
extern char CONFIG_BPF_JIT __kconfig;
extern unsigned CONFIG_HZ __kconfig;
extern char CONFIG_DEFAULT_HOSTNAME[16] __kconfig __weak;
extern bool CONFIG_SLUICE_IS_NOT_THERE __kconfig __weak;
SEC("tc") int configured(struct __sk_buff *skb) {
  skb->mark = LINUX_KERNEL_VERSION;
  skb->priority = CONFIG_HZ;
  skb->cb[0] = CONFIG_BPF_SYSCALL + 2 * CONFIG_NET + 16 * LINUX_HAS_BPF_COOKIE + 32 * CONFIG_SLUICE_IS_NOT_THERE;
  skb->cb[1] = CONFIG_BPF_JIT;
  skb->cb[2] = CONFIG_DEFAULT_HOSTNAME[0];
  return -1;
}
char _license[] SEC("license") = "GPL";
