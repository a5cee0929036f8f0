package dev.sluice.bpf.btf;

import dev.sluice.bpf.TypeDescription;
import java.util.List;
import java.util.Optional;

/**
 * A parsed BTF blob: what the kernel gives for a map or program ({@code BPF_BTF_GET_FD_BY_ID}), or
 * {@code /sys/kernel/btf/vmlinux}. Blobs that build on another (modules) are not supported.
 */
public final class Btf {
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
