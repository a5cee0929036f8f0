package dev.sluice.engine.map;

import dev.sluice.bpf.TypeDescription;
import org.jspecify.annotations.Nullable;

/** Finds the lock in a map's values, by its type ({@code btf_parse_fields} in kernel/bpf/btf.c). */
final class ValueLock {
  private static final String TYPE = "bpf_spin_lock";
  private static final int BYTES = 4;

  private ValueLock() {}

  /** Where in a value its {@code struct bpf_spin_lock} is; {@link EngineMap#NO_LOCK} for none. */
  static int in(@Nullable TypeDescription value) {
    if (value instanceof TypeDescription.Struct struct) {
      for (TypeDescription.Field field : struct.fields()) {
        if (field.type() instanceof TypeDescription.Struct part
            && part.name().equals(TYPE)
            && part.size() == BYTES) {
          return field.offset();
        }
      }
    }
    return EngineMap.NO_LOCK;
  }
}
