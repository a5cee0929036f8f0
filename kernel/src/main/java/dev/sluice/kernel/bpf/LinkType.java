package dev.sluice.kernel.bpf;

import java.util.Locale;

/** What links attach to ({@code enum bpf_link_type}). */
enum LinkType {
  RAW_TRACEPOINT(1),
  TRACING(2),
  CGROUP(3),
  ITER(4),
  NETNS(5),
  XDP(6),
  PERF_EVENT(7),
  KPROBE_MULTI(8),
  STRUCT_OPS(9),
  NETFILTER(10),
  TCX(11),
  UPROBE_MULTI(12),
  NETKIT(13),
  SOCKMAP(14);

  private final int number;

  LinkType(int number) {
    this.number = number;
  }

  /** The name that listing tools print for a number. */
  static String nameOf(int number) {
    for (LinkType type : values()) {
      if (type.number == number) {
        return type.name().toLowerCase(Locale.ROOT);
      }
    }
    return "type " + number;
  }

  /** Whether a number is this type's. */
  boolean is(int number) {
    return this.number == number;
  }
}
