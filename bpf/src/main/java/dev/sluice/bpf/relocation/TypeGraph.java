package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import org.jspecify.annotations.Nullable;

/** Types with what a relocation asks of them. */
final class TypeGraph {
  /** Longest chain of types, as in {@code MAX_RESOLVE_DEPTH} of kernel/bpf/btf.c. */
  static final int MAX_DEPTH = 32;

  private static final int POINTER_BYTES = 8;

  private final Btf types;

  TypeGraph(Btf types) {
    this.types = types;
  }

  /** The type with a number; null for {@code void}. */
  @Nullable BtfType type(int id) {
    return types.type(id).orElse(null);
  }

  /** The number of what is behind typedefs and qualifiers; 0 for {@code void}. */
  int plain(int id) {
    int plain = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (type(plain)) {
        case BtfType.Typedef typedef -> plain = typedef.targetId();
        case BtfType.Qualified qualified -> plain = qualified.targetId();
        case null, default -> {
          return plain;
        }
      }
    }
    throw new RelocationException("type " + id + " is nested too deeply");
  }

  /** What is behind typedefs and qualifiers; null for {@code void}. */
  @Nullable BtfType plainType(int id) {
    return type(plain(id));
  }

  /** The size of a type in bytes. */
  long size(int id) {
    long count = 1;
    int element = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (plainType(element)) {
        case BtfType.Array array -> {
          count = Math.multiplyExact(count, array.count());
          element = array.elementId();
        }
        case BtfType.Int number -> {
          return Math.multiplyExact(count, number.size());
        }
        case BtfType.Float number -> {
          return Math.multiplyExact(count, number.size());
        }
        case BtfType.Enumeration values -> {
          return Math.multiplyExact(count, values.size());
        }
        case BtfType.Pointer _ -> {
          return Math.multiplyExact(count, POINTER_BYTES);
        }
        case BtfType.Composite composite -> {
          return Math.multiplyExact(count, composite.size());
        }
        case null, default -> throw new RelocationException("type " + id + " has no size");
      }
    }
    throw new RelocationException("type " + id + " is nested too deeply");
  }
}
