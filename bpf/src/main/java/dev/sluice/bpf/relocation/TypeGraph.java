package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import org.jspecify.annotations.Nullable;

/**
 * Types with what a relocation asks of them.
 *
 * @param types the types
 */
record TypeGraph(Btf types) {
  /** Deepest nesting, as in {@code MAX_RESOLVE_DEPTH} of kernel/bpf/btf.c. */
  static final int MAX_DEPTH = 32;

  /** The type with a number; null for {@code void}. */
  @Nullable BtfType type(int id) {
    return types.type(id).orElse(null);
  }

  /** The number of what is behind typedefs and qualifiers; 0 for {@code void}. */
  int plain(int id) {
    return types.plain(id);
  }

  /** What is behind typedefs and qualifiers; null for {@code void}. */
  @Nullable BtfType plainType(int id) {
    return types.plainType(id).orElse(null);
  }

  /** The size of a type in bytes. */
  long size(int id) {
    return types.size(id).orElseThrow(() -> new RelocationException("type " + id + " has no size"));
  }
}
