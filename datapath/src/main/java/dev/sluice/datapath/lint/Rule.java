package dev.sluice.datapath.lint;

/** What a change should keep to, though the kernel does not insist. */
public enum Rule {
  /**
   * A class's parent exists. The kernel puts a class whose parent it does not find at the root
   * ({@code htb_change_class} in {@code net/sched/sch_htb.c}).
   */
  PARENT_EXISTS,
  /** The class that a filter chooses exists; packets would go to the default class. */
  CHOSEN_CLASS_EXISTS,
  /** A bucket holds a full frame; a token bucket filter drops what its bucket cannot hold. */
  BURST_HOLDS_FRAME,
  /**
   * A token bucket filter's bucket lasts 3 ms at its rate. Each wake-up that comes later than that
   * loses rate for good, because the bucket cannot save it up.
   */
  BURST_OUTLASTS_TIMER,
  /** A class's ceiling is not below its rate. */
  CEIL_NOT_BELOW_RATE,
  /** The rates of a class's children fit into its own. */
  CHILDREN_FIT,
  /**
   * Adding makes something new. A root qdisc that is added without a handle takes the place of one
   * of another kind, and of its classes and filters ({@code tc_modify_qdisc} in {@code
   * net/sched/sch_api.c}).
   */
  ADD_REPLACES_NOTHING,
  /** A rate is not zero. */
  RATE_NOT_ZERO,
  /** The kernel can match a packet's mark; one that cannot matches every packet instead. */
  MARK_IS_MATCHED,
  /** A filter does something with the packets that match. */
  FILTER_ACTS,
  /** A list of u32 filters has room: beyond 4095, several share a handle. */
  LIST_HAS_ROOM
}
