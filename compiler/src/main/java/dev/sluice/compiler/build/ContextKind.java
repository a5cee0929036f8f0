package dev.sluice.compiler.build;

import dev.sluice.bpf.ProgramType;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.XdpContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a program gets: which class stands for it, where its fields are, what it may do. */
public enum ContextKind {
  /** {@code struct __sk_buff} of a classifier. */
  SKB(ProgramType.SCHED_CLS, SkBuff.class, 76, 80),

  /** {@code struct __sk_buff} of a cgroup: the packet begins with its IP header, and stays. */
  CGROUP(ProgramType.CGROUP_SKB, SkBuff.class, 76, 80),

  /** {@code struct xdp_md}. */
  XDP(ProgramType.XDP, XdpContext.class, 0, 4);

  /** Of {@code struct __sk_buff}; {@code cb} is the first of five. */
  private static final Map<String, Field> SKB_FIELDS =
      Map.ofEntries(
          Map.entry("length", new Field(0, 4)),
          Map.entry("packetType", new Field(4, 4)),
          Map.entry("mark", new Field(8, 4)),
          Map.entry("queueMapping", new Field(12, 4)),
          Map.entry("protocol", new Field(16, 4)),
          Map.entry("vlanPresent", new Field(20, 4)),
          Map.entry("vlanTci", new Field(24, 4)),
          Map.entry("vlanProtocol", new Field(28, 4)),
          Map.entry("priority", new Field(32, 4)),
          Map.entry("ingressIfindex", new Field(36, 4)),
          Map.entry("ifindex", new Field(40, 4)),
          Map.entry("tcIndex", new Field(44, 4)),
          Map.entry("cb", new Field(48, 4)),
          Map.entry("hash", new Field(68, 4)),
          Map.entry("tcClassid", new Field(72, 4)),
          Map.entry("napiId", new Field(84, 4)),
          Map.entry("timestamp", new Field(152, 8)),
          Map.entry("wireLength", new Field(160, 4)),
          Map.entry("gsoSegs", new Field(164, 4)),
          Map.entry("gsoSize", new Field(176, 4)));

  /** Of {@code struct xdp_md}. */
  private static final Map<String, Field> XDP_FIELDS =
      Map.of("ingressIfindex", new Field(12, 4), "rxQueueIndex", new Field(16, 4));

  private static final Set<String> WRITABLE =
      Set.of("mark", "priority", "queueMapping", "tcIndex", "tcClassid", "cb", "timestamp");

  /** What {@code cg_skb_is_valid_access} in net/core/filter.c lets a program write. */
  private static final Set<String> WRITABLE_AT_CGROUP =
      Set.of("mark", "priority", "cb", "timestamp");

  private static final Set<String> NOT_AT_CGROUP = Set.of("tcClassid", "wireLength");

  private final ProgramType type;
  private final Class<?> contextClass;
  private final int start;
  private final int end;

  ContextKind(ProgramType type, Class<?> contextClass, int start, int end) {
    this.type = type;
    this.contextClass = contextClass;
    this.start = start;
    this.end = end;
  }

  /**
   * A field of a context.
   *
   * @param offset where it is
   * @param size 4 or 8 bytes
   */
  record Field(int offset, int size) {}

  /**
   * The kind of a method's parameter.
   *
   * @param wanted what the program is said to be for, or {@link ProgramType#UNSPECIFIED}
   */
  public static Optional<ContextKind> of(Class<?> parameter, ProgramType wanted) {
    for (ContextKind kind : values()) {
      if (kind.contextClass == parameter
          && (wanted == ProgramType.UNSPECIFIED || wanted == kind.type)) {
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

  /** Where the field of a method is. */
  Optional<Field> field(String method) {
    boolean hidden = this == CGROUP && NOT_AT_CGROUP.contains(method);
    return hidden
        ? Optional.empty()
        : Optional.ofNullable((this == XDP ? XDP_FIELDS : SKB_FIELDS).get(method));
  }

  /** Whether programs may write the field of a method. */
  boolean isWritable(String method) {
    return switch (this) {
      case SKB -> WRITABLE.contains(method);
      case CGROUP -> WRITABLE_AT_CGROUP.contains(method);
      case XDP -> false;
    };
  }

  /** Whether programs may change the packet's bytes, or where it goes. */
  boolean mayChangePackets() {
    return this != CGROUP;
  }
}
