package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import org.jspecify.annotations.Nullable;

/** What the number that a program returns is called, which depends on what the program is for. */
public final class VerdictName {
  private VerdictName() {}

  /** The name, null where the number has none. */
  public static @Nullable String of(@Nullable ProgramType type, int verdict) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT -> trafficControl(verdict);
      case XDP -> xdp(verdict);
      case CGROUP_SKB -> controlGroup(verdict);
      // How many bytes of the packet the socket gets.
      case SOCKET_FILTER -> verdict == 0 ? "DROP" : "KEEP";
      case null, default -> null;
    };
  }

  /** With its number, {@code DROP (2)}. */
  public static String text(@Nullable String name, int verdict) {
    return name == null ? Integer.toString(verdict) : name + " (" + verdict + ")";
  }

  /** {@code TC_ACT_*}; those that a TCX chain knows have the names that they have there. */
  private static @Nullable String trafficControl(int verdict) {
    return switch (verdict) {
      case -1 -> "NEXT";
      case 0 -> "PASS";
      case 1 -> "RECLASSIFY";
      case 2 -> "DROP";
      case 3 -> "PIPE";
      case 4 -> "STOLEN";
      case 5 -> "QUEUED";
      case 6 -> "REPEAT";
      case 7 -> "REDIRECT";
      case 8 -> "TRAP";
      default -> null;
    };
  }

  /** {@code enum xdp_action}. */
  private static @Nullable String xdp(int verdict) {
    return switch (verdict) {
      case 0 -> "XDP_ABORTED";
      case 1 -> "XDP_DROP";
      case 2 -> "XDP_PASS";
      case 3 -> "XDP_TX";
      case 4 -> "XDP_REDIRECT";
      default -> null;
    };
  }

  /** {@code BPF_PROG_CGROUP_INET_EGRESS_RUN_ARRAY}: bit 0 lets pass, bit 1 asks to slow down. */
  private static @Nullable String controlGroup(int verdict) {
    return switch (verdict) {
      case 0 -> "DROP";
      case 1 -> "PASS";
      case 2 -> "DROP, congested";
      case 3 -> "PASS, congested";
      default -> null;
    };
  }
}
