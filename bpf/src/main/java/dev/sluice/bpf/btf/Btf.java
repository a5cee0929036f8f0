package dev.sluice.bpf.btf;

import dev.sluice.bpf.TypeDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A parsed BTF blob: what the kernel gives for a map or program ({@code BPF_BTF_GET_FD_BY_ID}), or
 * {@code /sys/kernel/btf/vmlinux}. Blobs that build on another (modules) are not supported.
 */
public final class Btf {
  /** Longest chain of types, as in {@code MAX_RESOLVE_DEPTH} of kernel/bpf/btf.c. */
  private static final int MAX_DEPTH = 32;

  private static final int POINTER_BYTES = 8;

  private final List<BtfType> types;
  private final BtfStrings strings;

  private Btf(List<BtfType> types, BtfStrings strings) {
    this.types = List.copyOf(types);
    this.strings = strings;
  }

  /**
   * Reads a blob of either byte order.
   *
   * @throws InvalidBtfException if it is none
   */
  public static Btf parse(byte[] blob) {
    BtfReader reader = new BtfReader(blob.clone());
    return new Btf(reader.read(), reader.strings());
  }

  /** No types at all. */
  public static Btf empty() {
    return new Btf(List.of(), new BtfStrings(new byte[1], 0, 1));
  }

  /** All types; that with id 1 is the first. */
  public List<BtfType> types() {
    return types;
  }

  /** The type with this id; empty for 0, which is {@code void}, and for ids there are none of. */
  public Optional<BtfType> type(int id) {
    return id >= 1 && id <= types.size() ? Optional.of(types.get(id - 1)) : Optional.empty();
  }

  /**
   * The id of what is behind typedefs and qualifiers; 0 for {@code void}, and where there are more
   * of them than the kernel follows ({@code MAX_RESOLVE_DEPTH} in kernel/bpf/btf.c).
   */
  public int plain(int id) {
    int plain = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (type(plain).orElse(null)) {
        case BtfType.Typedef typedef -> plain = typedef.targetId();
        case BtfType.Qualified qualified -> plain = qualified.targetId();
        case null, default -> {
          return plain;
        }
      }
    }
    return 0;
  }

  /** What is behind typedefs and qualifiers; empty for {@code void}. */
  public Optional<BtfType> plainType(int id) {
    return type(plain(id));
  }

  /** How many bytes a type takes, pointers 8; empty if it has no size, or one beyond 2 GiB. */
  public OptionalLong size(int id) {
    long count = 1;
    int element = id;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      switch (plainType(element).orElse(null)) {
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
        case BtfType.Pointer _ -> {
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

  /** The variables and functions of a section. */
  public List<BtfType> section(String name) {
    List<BtfType> found = new ArrayList<>();
    for (BtfType type : types) {
      if (type instanceof BtfType.Section section && section.name().equals(name)) {
        for (BtfType.SectionEntry entry : section.entries()) {
          type(entry.variableId()).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** The variables of a section. */
  public List<BtfType.Variable> variables(String section) {
    return section(section).stream()
        .filter(BtfType.Variable.class::isInstance)
        .map(BtfType.Variable.class::cast)
        .toList();
  }

  /**
   * The text at an offset of the strings, such as a line of the source that {@code .BTF.ext} of an
   * object file refers to.
   *
   * @throws InvalidBtfException if there is none
   */
  public String text(int offset) {
    return strings.at(0, offset);
  }

  /**
   * What the bytes of a type mean, for a map's key or value. Structs with parts that {@link
   * TypeDescription} has no words for, such as unions and bit fields, are described as bytes.
   *
   * @return empty if the type has no size, is deeply nested or takes more than 1 MiB
   */
  public Optional<TypeDescription> describe(int id) {
    return new BtfDescriber(this).describe(id);
  }
}
