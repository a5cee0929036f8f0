package dev.sluice.bpf;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a program is for: it decides the context in R1, the helpers it may call and where it may be
 * attached. Numbers are those of {@code enum bpf_prog_type} in {@code include/uapi/linux/bpf.h},
 * complete up to Linux 6.18.
 */
public enum ProgramType {
  UNSPECIFIED(0),
  SOCKET_FILTER(1),
  KPROBE(2),
  SCHED_CLS(3),
  SCHED_ACT(4),
  TRACEPOINT(5),
  XDP(6),
  PERF_EVENT(7),
  CGROUP_SKB(8),
  CGROUP_SOCK(9),
  LWT_IN(10),
  LWT_OUT(11),
  LWT_XMIT(12),
  SOCK_OPS(13),
  SK_SKB(14),
  CGROUP_DEVICE(15),
  SK_MSG(16),
  RAW_TRACEPOINT(17),
  CGROUP_SOCK_ADDR(18),
  LWT_SEG6LOCAL(19),
  LIRC_MODE2(20),
  SK_REUSEPORT(21),
  FLOW_DISSECTOR(22),
  CGROUP_SYSCTL(23),
  RAW_TRACEPOINT_WRITABLE(24),
  CGROUP_SOCKOPT(25),
  TRACING(26),
  STRUCT_OPS(27),
  EXT(28),
  LSM(29),
  SK_LOOKUP(30),
  SYSCALL(31),
  NETFILTER(32);

  private static final ProgramType[] BY_NUMBER = values();

  private final int number;

  ProgramType(int number) {
    this.number = number;
  }

  /** The number the kernel knows this type by. */
  public int number() {
    return number;
  }

  /** The name {@code bpftool} prints, such as {@code sched_cls}. */
  public String kernelName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type with this kernel number, or empty if it is newer than Linux 6.18. */
  public static Optional<ProgramType> find(int number) {
    return number >= 0 && number < BY_NUMBER.length
        ? Optional.of(BY_NUMBER[number])
        : Optional.empty();
  }

  /**
   * The type with this kernel name in any case, or with one of the names people use for it: {@code
   * tcx}, {@code tc}, {@code netkit} and {@code classifier} are {@link #SCHED_CLS}, {@code action}
   * is {@link #SCHED_ACT}, {@code socket} is {@link #SOCKET_FILTER}.
   */
  public static Optional<ProgramType> find(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    ProgramType alias = ALIASES.get(wanted);
    if (alias != null) {
      return Optional.of(alias);
    }
    for (ProgramType type : BY_NUMBER) {
      if (type != UNSPECIFIED && type.kernelName().equals(wanted)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static final Map<String, ProgramType> ALIASES =
      Map.of(
          "tcx", SCHED_CLS,
          "tc", SCHED_CLS,
          "netkit", SCHED_CLS,
          "classifier", SCHED_CLS,
          "action", SCHED_ACT,
          "socket", SOCKET_FILTER);
}
