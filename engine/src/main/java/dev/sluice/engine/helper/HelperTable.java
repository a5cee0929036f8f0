package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Unsupported;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The helpers of a program type: {@code tc_cls_act_func_proto}, {@code xdp_func_proto}, {@code
 * cg_skb_func_proto} and {@code sk_filter_func_proto} in {@code net/core/filter.c}, with {@code
 * bpf_base_func_proto} in {@code kernel/bpf/helpers.c} behind each.
 */
public final class HelperTable {
  private static final int COUNT = HelperFunction.values().length + 1;

  /** The number that the kernel knows as no helper's ({@code BPF_FUNC_unspec}). */
  private static final int UNSPECIFIED = 0;

  private static final Map<ProgramType, HelperTable> TABLES = new EnumMap<>(ProgramType.class);

  static {
    for (ProgramType type : HelperPermissions.types()) {
      TABLES.put(type, new HelperTable(type));
    }
  }

  private final ProgramType type;
  private final @Nullable Helper[] helpers = new @Nullable Helper[COUNT];
  private final @Nullable HelperSignature[] signatures = new @Nullable HelperSignature[COUNT];

  private HelperTable(ProgramType type) {
    this.type = type;
    for (HelperFunction function : HelperFunction.values()) {
      Helper helper = HelperLibrary.find(type, function);
      if (helper != null && HelperPermissions.permits(type, function)) {
        helpers[function.id()] = helper;
        signatures[function.id()] = HelperCatalog.signatures().get(function);
      }
    }
  }

  /**
   * The helpers of a program type.
   *
   * @throws Unsupported if the engine does not run programs of this type
   */
  public static HelperTable of(ProgramType type) {
    HelperTable table = TABLES.get(type);
    if (table == null) {
      throw new Unsupported(
          "program type " + type.kernelName(),
          "the engine runs sched_cls, sched_act, xdp, cgroup_skb and socket_filter programs");
    }
    return table;
  }

  /** The helper of a number; null if programs of this type cannot call it here. */
  public @Nullable Helper find(int id) {
    return id >= 0 && id < COUNT ? helpers[id] : null;
  }

  /** What the helper of a number takes and gives; null where {@link #find} gives null. */
  public @Nullable HelperSignature signature(int id) {
    return id >= 0 && id < COUNT ? signatures[id] : null;
  }

  /** Whether programs of this type can call the helper of a number. */
  public HelperStatus status(int id) {
    Optional<HelperFunction> function = HelperFunction.find(id);
    if (function.isEmpty()) {
      return id == UNSPECIFIED ? HelperStatus.NOT_ALLOWED : HelperStatus.UNKNOWN;
    }
    if (!HelperPermissions.permits(type, function.get())) {
      return HelperStatus.NOT_ALLOWED;
    }
    return helpers[id] == null ? HelperStatus.MISSING : HelperStatus.SUPPORTED;
  }

  /** Whether only programs under a GPL-compatible licence may call it ({@code gpl_only}). */
  public static boolean isGplOnly(HelperFunction helper) {
    return HelperCatalog.isGplOnly(helper);
  }

  /**
   * Why a program may not call the helper of a number: in the words of the kernel's verifier where
   * the kernel refuses it too.
   *
   * @param gplCompatible whether the program is under a GPL-compatible licence
   * @return null if it may
   */
  public @Nullable String refusal(int id, boolean gplCompatible) {
    String name =
        HelperFunction.find(id)
            .map(HelperFunction::kernelName)
            .orElse(id == UNSPECIFIED ? "bpf_unspec" : "unknown");
    return switch (status(id)) {
      case UNKNOWN -> "invalid func %s#%d".formatted(name, id);
      case NOT_ALLOWED -> "program of this type cannot use helper %s#%d".formatted(name, id);
      case MISSING, SUPPORTED -> {
        if (!gplCompatible && isGplOnly(HelperFunction.find(id).orElseThrow())) {
          yield "cannot call GPL-restricted function from non-GPL compatible program";
        }
        yield status(id) == HelperStatus.SUPPORTED ? null : missing(name, id);
      }
    };
  }

  /**
   * Makes sure that the engine has a helper that the kernel would let programs of this type call.
   *
   * @throws Unsupported if it has not
   */
  public void requireSupported(int id) {
    if (status(id) == HelperStatus.MISSING) {
      String name = HelperFunction.find(id).orElseThrow().kernelName();
      throw new Unsupported("helper " + name, missing(name, id));
    }
  }

  private String missing(String name, int id) {
    return "%s programs can call %s#%d on the kernel, but the engine does not have it"
        .formatted(type.name().toLowerCase(Locale.ROOT), name, id);
  }
}
