package dev.sluice.bpf.elf;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a loader asks of a file's types. */
final class BtfTypes {
  /** Longest chain of types, as in {@code MAX_RESOLVE_DEPTH} of kernel/bpf/btf.c. */
  private static final int MAX_DEPTH = 32;

  private static final int POINTER_BYTES = 8;

  private BtfTypes() {}

  /** The variables of a section. */
  static List<BtfType.Variable> variables(Btf btf, String section) {
    List<BtfType.Variable> found = new ArrayList<>();
    for (BtfType type : entries(btf, section)) {
      if (type instanceof BtfType.Variable variable) {
        found.add(variable);
      }
    }
    return found;
  }

  /** The variables and functions of a section. */
  static List<BtfType> entries(Btf btf, String section) {
    List<BtfType> found = new ArrayList<>();
    for (BtfType type : btf.types()) {
      if (type instanceof BtfType.Section(String name, long size, var entries)
          && name.equals(section)) {
        for (BtfType.SectionEntry entry : entries) {
          btf.type(entry.variableId()).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** The id of what is behind other names of a type and what is added to it; 0 for none. */
  static int plain(Btf btf, int id) {
    int plain = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (btf.type(plain).orElse(null)) {
        case BtfType.Typedef typedef -> plain = typedef.targetId();
        case BtfType.Qualified qualified -> plain = qualified.targetId();
        case null, default -> {
          return plain;
        }
      }
    }
    return 0;
  }

  /** How many bytes a type takes; empty if it has no size. */
  static OptionalLong size(Btf btf, int id) {
    long count = 1;
    int element = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (btf.type(plain(btf, element)).orElse(null)) {
        case BtfType.Array array -> {
          if (array.count() > Integer.MAX_VALUE / Math.max(1, count)) {
            return OptionalLong.empty();
          }
          count *= array.count();
          element = array.elementId();
        }
        case BtfType.Int number -> {
          return OptionalLong.of(count * number.size());
        }
        case BtfType.Float number -> {
          return OptionalLong.of(count * number.size());
        }
        case BtfType.Enumeration enumeration -> {
          return OptionalLong.of(count * enumeration.size());
        }
        case BtfType.Pointer pointer -> {
          return OptionalLong.of(count * POINTER_BYTES);
        }
        case BtfType.Composite composite -> {
          return OptionalLong.of(count * composite.size());
        }
        case null, default -> {
          return OptionalLong.empty();
        }
      }
    }
    return OptionalLong.empty();
  }
}
