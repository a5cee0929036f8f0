package dev.sluice.engine.chain;

/**
 * What the number that a program returns means, hook by hook. The numbers are {@code TC_ACT_*} of
 * {@code include/uapi/linux/pkt_cls.h}; each hook knows some of them and has its own opinion of the
 * rest.
 */
public final class VerdictTable {
  /** Go on with what comes next. */
  public static final int UNSPEC = -1;

  /** Let the packet pass. */
  public static final int OK = 0;

  /** Classify again from the start. */
  public static final int RECLASSIFY = 1;

  /** Drop the packet. */
  public static final int SHOT = 2;

  /** Go on with the next action. */
  public static final int PIPE = 3;

  /** The packet was taken over. */
  public static final int STOLEN = 4;

  /** The packet was queued elsewhere. */
  public static final int QUEUED = 5;

  /** Run the action again. */
  public static final int REPEAT = 6;

  /** The packet says itself where it goes. */
  public static final int REDIRECT = 7;

  /** The packet goes to the processor of a switch. */
  public static final int TRAP = 8;

  private VerdictTable() {}

  /**
   * At the end of a TCX chain ({@code tcx_action_code} in {@code net/core/dev.c}).
   *
   * @return 0, 2 or 7 where that ends the matter; −1, and for any other number too, to go on with
   *     the classic filters
   */
  public static int tcx(int returned) {
    return switch (returned) {
      case OK, SHOT, REDIRECT -> returned;
      default -> UNSPEC;
    };
  }

  /**
   * From a direct-action filter ({@code cls_bpf_exec_opcode} in {@code net/sched/cls_bpf.c}).
   *
   * @return the verdict, or −1 to go on with the next filter
   */
  public static int directAction(int returned) {
    return switch (returned) {
      case OK, SHOT, STOLEN, TRAP, REDIRECT, UNSPEC -> returned;
      default -> UNSPEC;
    };
  }

  /**
   * At the end of a netkit chain ({@code netkit_xmit} in {@code drivers/net/netkit.c}).
   *
   * @return 0 to pass, 2 to drop, which goes for every number without a meaning, or 7 to redirect
   */
  public static int netkit(int returned) {
    return switch (returned) {
      case UNSPEC, OK -> OK;
      case REDIRECT -> REDIRECT;
      default -> SHOT;
    };
  }
}
