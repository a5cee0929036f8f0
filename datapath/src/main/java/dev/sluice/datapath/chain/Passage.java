package dev.sluice.datapath.chain;

/** Where a packet goes next after a program at a hook returned. */
public enum Passage {
  /** To the next program of the chain, and behind the last to what comes after the chain. */
  NEXT,
  /** Past the rest of the chain, to the classic filters. */
  FILTERS,
  /** To no other program here: it passes, is dropped, or is sent elsewhere. */
  END;

  // Those of enum tc_action that the hooks tell apart (include/uapi/linux/pkt_cls.h).
  private static final int UNSPEC = -1;
  private static final int OK = 0;
  private static final int SHOT = 2;
  private static final int STOLEN = 4;
  private static final int REDIRECT = 7;
  private static final int TRAP = 8;

  /**
   * What a hook makes of what a program returned.
   *
   * <p>At {@link Hook#TC}, of a direct-action program ({@code cls_bpf_exec_opcode} in {@code
   * net/sched/cls_bpf.c}); at {@link Hook#TCX} {@code tcx_action_code} in {@code
   * include/net/tcx.h}; at {@link Hook#NETKIT} {@code netkit_run} and {@code netkit_xmit} in {@code
   * drivers/net/netkit.c}. All programs of control groups run, whatever they return.
   *
   * @param hook the hook
   * @param returned the number, as signed 32 bits
   */
  public static Passage of(Hook hook, int returned) {
    return switch (hook) {
      case TCX ->
          switch (returned) {
            case UNSPEC -> NEXT;
            case OK, SHOT, REDIRECT -> END;
            default -> FILTERS;
          };
      case TC ->
          switch (returned) {
            case OK, SHOT, STOLEN, REDIRECT, TRAP -> END;
            default -> NEXT;
          };
      case NETKIT -> returned == UNSPEC ? NEXT : END;
      case XDP -> END;
      case CGROUP -> NEXT;
    };
  }
}
