package dev.sluice.cli.prog;

import dev.sluice.bpf.ProgramType;
import org.jspecify.annotations.Nullable;

/** What the number that a program returns is called, which depends on what the program is for. */
final class VerdictName {
  private VerdictName() {}

  /** The name, null where the number has none. */
  static @Nullable String of(@Nullable ProgramType type, int verdict) {
    return switch (type) {
      case SCHED_CLS, SCHED_ACT -> trafficControl(verdict);
      case XDP -> xdp(verdict);
      case null, default -> null;
    };
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
      case 0 -> "ABORTED";
      case 1 -> "DROP";
      case 2 -> "PASS";
      case 3 -> "TX";
      case 4 -> "REDIRECT";
      default -> null;
    };
  }
}
