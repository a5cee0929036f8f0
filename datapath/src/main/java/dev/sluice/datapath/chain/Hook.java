package dev.sluice.datapath.chain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Feature;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of hooks that programs attach to, and what each of them can do.
 *
 * <p>All have the same types: a {@link Chain} at an {@link AttachPoint}, {@link Link}s, {@link
 * Anchor}s. What a hook cannot do, its chain refuses with {@link dev.sluice.datapath.Unsupported},
 * which says so.
 */
public enum Hook {
  /** A device's chain of programs ({@code kernel/bpf/tcx.c}). */
  TCX("TCX", ProgramType.SCHED_CLS, Feature.TCX, 63, Order.ANY, true, true),
  /** The direct-action programs among the filters of a clsact qdisc ({@code cls_bpf.c}). */
  TC("TC", ProgramType.SCHED_CLS, Feature.CLSACT, Integer.MAX_VALUE, Order.ANY, false, false),
  /** A device's program before socket buffers are made ({@code net/core/dev.c}). */
  XDP("XDP", ProgramType.XDP, Feature.XDP, 1, Order.NONE, false, true),
  /** The programs at a control group's sockets ({@code kernel/bpf/cgroup.c}). */
  CGROUP("cgroup", ProgramType.CGROUP_SKB, Feature.CGROUP_SKB, 64, Order.LIKE, true, true),
  /** The chain of a netkit device ({@code drivers/net/netkit.c}). */
  NETKIT("netkit", ProgramType.SCHED_CLS, Feature.NETKIT, 63, Order.ANY, true, true);

  /** What a program's place in the order may be told by. */
  public enum Order {
    /** There is one program: nothing to order. */
    NONE,
    /** Before or behind any entry. */
    ANY,
    /** Before or behind an entry of the same kind: a link beside a link, a program beside one. */
    LIKE
  }

  private final String title;
  private final ProgramType programType;
  private final Feature feature;
  private final int capacity;
  private final Order order;
  private final boolean counted;
  private final boolean linked;

  Hook(
      String title,
      ProgramType programType,
      Feature feature,
      int capacity,
      Order order,
      boolean counted,
      boolean linked) {
    this.title = title;
    this.programType = programType;
    this.feature = feature;
    this.capacity = capacity;
    this.order = order;
    this.counted = counted;
    this.linked = linked;
  }

  /** {@code TCX}, {@code TC}, {@code XDP}, {@code cgroup} or {@code netkit}. */
  public String title() {
    return title;
  }

  /** What attach points of this kind start with: {@code tcx}, {@code tc}, {@code xdp} and so on. */
  public String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The hook whose attach points start so; empty if there is none. */
  public static Optional<Hook> withPrefix(String prefix) {
    for (Hook hook : values()) {
      if (hook.prefix().equals(prefix)) {
        return Optional.of(hook);
      }
    }
    return Optional.empty();
  }

  /** The type of the programs that it takes. */
  public ProgramType programType() {
    return programType;
  }

  /** What a datapath must have. */
  public Feature feature() {
    return feature;
  }

  /** How many programs one chain holds at most. */
  public int capacity() {
    return capacity;
  }

  /** How a program's place may be told. */
  public Order order() {
    return order;
  }

  /** Whether chains count their changes, so that a change can be made on condition of the count. */
  public boolean hasRevision() {
    return counted;
  }

  /** Whether the kernel knows links here, which own their entry and can be pinned. */
  public boolean hasLinks() {
    return linked;
  }
}
