package dev.sluice.compiler.build;

import dev.sluice.bpf.ProgramType;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.XdpContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a program gets: which class stands for it, and where its fields are. */
public enum ContextKind {
  /** {@code struct __sk_buff}. */
  SKB(
      ProgramType.SCHED_CLS,
      SkBuff.class,
      76,
      80,
      Map.ofEntries(
          Map.entry("length", 0),
          Map.entry("packetType", 4),
          Map.entry("mark", 8),
          Map.entry("queueMapping", 12),
          Map.entry("protocol", 16),
          Map.entry("vlanPresent", 20),
          Map.entry("vlanTci", 24),
          Map.entry("priority", 32),
          Map.entry("ingressIfindex", 36),
          Map.entry("ifindex", 40),
          Map.entry("tcIndex", 44),
          Map.entry("hash", 68),
          Map.entry("tcClassid", 72),
          Map.entry("gsoSegs", 164)),
      List.of("mark", "priority", "queueMapping", "tcIndex", "tcClassid")),

  /** {@code struct xdp_md}. */
  XDP(
      ProgramType.XDP,
      XdpContext.class,
      0,
      4,
      Map.of("ingressIfindex", 12, "rxQueueIndex", 16),
      List.of());

  private final ProgramType type;
  private final Class<?> contextClass;
  private final int start;
  private final int end;

  @SuppressWarnings("ImmutableEnumChecker") // what Map.of gives does not change
  private final Map<String, Integer> fields;

  @SuppressWarnings("ImmutableEnumChecker") // nor what List.of gives
  private final List<String> writable;

  ContextKind(
      ProgramType type,
      Class<?> contextClass,
      int start,
      int end,
      Map<String, Integer> fields,
      List<String> writable) {
    this.type = type;
    this.contextClass = contextClass;
    this.start = start;
    this.end = end;
    this.fields = fields;
    this.writable = writable;
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

  String className() {
    return contextClass.getName().replace('.', '/');
  }

  /** Where the field of a method is. */
  Optional<Integer> field(String method) {
    return Optional.ofNullable(fields.get(method));
  }

  boolean isWritable(String method) {
    return writable.contains(method);
  }
}
