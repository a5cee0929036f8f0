package dev.sluice.cli.doctor;

import java.util.Locale;

/** What is looked for. */
enum Check {
  /** A program never lets packets go on to those behind it. */
  STARVED_PROGRAMS(true),
  /** A TCX program lets packets pass in a way that skips the classic filters behind it. */
  SKIPPED_FILTERS(false),
  /** Classic filters, whatever their priority, are asked behind TCX programs. */
  FILTERS_BEHIND_TCX(false),
  /** The same program sees each packet twice. */
  DUPLICATE_PROGRAM(true),
  /** The same instructions run twice, each time with maps of their own. */
  SIMILAR_PROGRAMS(false),
  /** Programs of ours are not where they wish to be. */
  BROKEN_ORDER(true),
  /** Several BPF filters have one priority. */
  SHARED_PRIORITY(true),
  /** A clsact or ingress qdisc holds no filter. */
  EMPTY_CLSACT(false),
  /** An XDP program runs in the stack, not in the driver. */
  GENERIC_XDP(false),
  /** A link that Sluice pinned is attached to nothing. */
  DEAD_PIN(true),
  /** Somebody holds a link that is attached to nothing. */
  DEFUNCT_LINK(false),
  /** A move of a program to another place was cut off. */
  CUT_OFF_MOVE(true),
  /** Tables of tail calls are kept for a program that is gone. */
  ORPHANED_TABLES(true),
  /** Wishes are kept for a link that is gone. */
  ORPHANED_WISHES(true),
  /** What policies left of a network namespace that is gone. */
  ORPHANED_POLICIES(true),
  /** What policies want is not so, or somebody was cut off while applying one. */
  POLICY_DRIFT(true);

  private final boolean warning;

  Check(boolean warning) {
    this.warning = warning;
  }

  /** Whether something is wrong; else it is only worth knowing. */
  boolean isWarning() {
    return warning;
  }

  /** Reads {@code dead-pin}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
