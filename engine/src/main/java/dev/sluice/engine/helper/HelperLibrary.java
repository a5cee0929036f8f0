package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The helpers that there are, joined from the parts of the engine that have some. */
final class HelperLibrary {
  /** Helpers that are the same for all program types. */
  private static final Map<HelperFunction, Helper> COMMON = new EnumMap<>(HelperFunction.class);

  private HelperLibrary() {}

  /** The helper as programs of a type know it; null if there is none. */
  static @Nullable Helper find(ProgramType type, HelperFunction function) {
    return COMMON.get(function);
  }
}
