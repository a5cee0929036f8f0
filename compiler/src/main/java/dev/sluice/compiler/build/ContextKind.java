package dev.sluice.compiler.build;

import dev.sluice.bpf.ProgramType;
import dev.sluice.compiler.program.CgroupSkb;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.XdpContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a program gets: which class stands for it, where its fields are, and which of them it may
 * write. It is the kernel's {@code tc_cls_act_is_valid_access}, {@code cg_skb_is_valid_access} and
 * {@code xdp_is_valid_access} in net/core/filter.c.
 */
public enum ContextKind {
  /** {@code struct __sk_buff} of classifiers. */
  SKB(
      ProgramType.SCHED_CLS,
      SkBuff.class,
      76,
      80,
      with(socketBuffer(), Map.of("tcClassid", 72, "wireLength", 160)),
      Set.of("mark", "priority", "cb", "tstamp", "queueMapping", "tcIndex", "tcClassid")),

  /** {@code struct __sk_buff} of control groups. */
  CGROUP(
      ProgramType.CGROUP_SKB,
      CgroupSkb.class,
      76,
      80,
      socketBuffer(),
      Set.of("mark", "priority", "cb", "tstamp")),

  /** {@code struct xdp_md}. */
  XDP(
      ProgramType.XDP,
      XdpContext.class,
      0,
      4,
      Map.of("ingressIfindex", 12, "rxQueueIndex", 16),
      Set.of());

  private static final Set<String> OF_8_BYTES = Set.of("tstamp", "hwtstamp");

  private final ProgramType type;
  private final Class<?> contextClass;
  private final int start;
  private final int end;

  @SuppressWarnings("ImmutableEnumChecker") // what Map.of gives does not change
  private final Map<String, Integer> fields;

  @SuppressWarnings("ImmutableEnumChecker") // nor what Set.of gives
  private final Set<String> writable;

  ContextKind(
      ProgramType type,
      Class<?> contextClass,
      int start,
      int end,
      Map<String, Integer> fields,
      Set<String> writable) {
    this.type = type;
    this.contextClass = contextClass;
    this.start = start;
    this.end = end;
    this.fields = fields;
    this.writable = writable;
  }

  private static Map<String, Integer> socketBuffer() {
    return Map.ofEntries(
        Map.entry("length", 0),
        Map.entry("packetType", 4),
        Map.entry("mark", 8),
        Map.entry("queueMapping", 12),
        Map.entry("protocol", 16),
        Map.entry("vlanPresent", 20),
        Map.entry("vlanTci", 24),
        Map.entry("vlanProtocol", 28),
        Map.entry("priority", 32),
        Map.entry("ingressIfindex", 36),
        Map.entry("ifindex", 40),
        Map.entry("tcIndex", 44),
        Map.entry("cb", 48),
        Map.entry("hash", 68),
        Map.entry("napiId", 84),
        Map.entry("tstamp", 152),
        Map.entry("gsoSegs", 164),
        Map.entry("gsoSize", 176),
        Map.entry("hwtstamp", 184));
  }

  private static Map<String, Integer> with(Map<String, Integer> some, Map<String, Integer> more) {
    Map<String, Integer> all = new HashMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }

  /** The kind of a method's parameter. */
  public static Optional<ContextKind> of(Class<?> parameter) {
    for (ContextKind kind : values()) {
      if (kind.contextClass == parameter) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** What the program is for. */
  public ProgramType type() {
    return type;
  }

  /** Where the field is that tells where the packet begins. */
  public int start() {
    return start;
  }

  /** Where the field is that tells where the packet ends. */
  public int end() {
    return end;
  }

  /** Whether a program may return a number; the kernel lets control groups choose of two only. */
  public boolean mayReturn(long verdict) {
    return this != CGROUP || verdict == CgroupSkb.DROP || verdict == CgroupSkb.ALLOW;
  }

  String className() {
    return contextClass.getName().replace('.', '/');
  }

  /** Where the field of a method is. */
  Optional<Integer> field(String method) {
    return Optional.ofNullable(fields.get(method));
  }

  /** Bytes of the field of a method. */
  int size(String method) {
    return OF_8_BYTES.contains(method) ? 8 : 4;
  }

  boolean isWritable(String method) {
    return writable.contains(method);
  }
}
