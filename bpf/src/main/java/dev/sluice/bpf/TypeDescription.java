package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the bytes of a map's key or value mean: the part of C's types that BTF needs so that {@code
 * bpftool map dump} and Sluice can print fields. Byte order is the machine's, except in a {@link
 * Typedef} named {@code __be16}, {@code __be32} or {@code __be64}, as in the kernel's headers.
 */
public sealed interface TypeDescription {
  TypeDescription U8 = new Int("u8", 1, Encoding.UNSIGNED);
  TypeDescription U16 = new Int("u16", 2, Encoding.UNSIGNED);
  TypeDescription U32 = new Int("u32", 4, Encoding.UNSIGNED);
  TypeDescription U64 = new Int("u64", 8, Encoding.UNSIGNED);
  TypeDescription S8 = new Int("s8", 1, Encoding.SIGNED);
  TypeDescription S16 = new Int("s16", 2, Encoding.SIGNED);
  TypeDescription S32 = new Int("s32", 4, Encoding.SIGNED);
  TypeDescription S64 = new Int("s64", 8, Encoding.SIGNED);
  TypeDescription CHAR = new Int("char", 1, Encoding.CHARACTER);
  TypeDescription BOOL = new Int("bool", 1, Encoding.BOOLEAN);
  TypeDescription BE16 = new Typedef("__be16", U16);
  TypeDescription BE32 = new Typedef("__be32", U32);
  TypeDescription BE64 = new Typedef("__be64", U64);

  /** Bytes it takes, at least 1. */
  int size();

  /** Multiple of bytes it starts at in a struct: 1, 2, 4 or 8. */
  int alignment();

  /** How the bits of an integer are read. */
  enum Encoding {
    UNSIGNED,
    SIGNED,
    CHARACTER,
    BOOLEAN
  }

  /**
   * An integer.
   *
   * @param name a C identifier
   * @param size 1, 2, 4 or 8 bytes
   */
  record Int(String name, int size, Encoding encoding) implements TypeDescription {
    /**
     * @throws IllegalArgumentException if the name is no C identifier or the size is another
     */
    public Int {
      requireIdentifier("integer type", name);
      if (size != 1 && size != 2 && size != 4 && size != 8) {
        throw new IllegalArgumentException(
            "integer type '" + name + "' of " + size + " bytes: only 1, 2, 4 and 8");
      }
    }

    @Override
    public int alignment() {
      return size;
    }
  }

  /**
   * A number of equal elements.
   *
   * @param count 1 or more
   */
  record Array(TypeDescription element, int count) implements TypeDescription {
    /**
     * @throws IllegalArgumentException if the count is below 1 or the whole above 2³¹−1 bytes
     */
    public Array {
      if (count < 1 || (long) count * element.size() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "array of %d elements of %d bytes: it must have at least one and fit 2147483647 bytes"
                .formatted(count, element.size()));
      }
    }

    @Override
    public int size() {
      return element.size() * count;
    }

    @Override
    public int alignment() {
      return element.alignment();
    }
  }

  /**
   * Another name for a type.
   *
   * @param name a C identifier
   */
  record Typedef(String name, TypeDescription target) implements TypeDescription {
    /**
     * @throws IllegalArgumentException if the name is no C identifier
     */
    public Typedef {
      requireIdentifier("typedef", name);
    }

    @Override
    public int size() {
      return target.size();
    }

    @Override
    public int alignment() {
      return target.alignment();
    }

    /** Whether it says that the bytes are in network order. */
    public boolean isBigEndian() {
      return switch (name) {
        case "__be16", "__be32", "__be64" -> true;
        default -> false;
      };
    }
  }

  /**
   * Named fields one after the other.
   *
   * @param name a C identifier, or empty for a struct without a name
   * @param size bytes with all padding
   */
  record Struct(String name, List<Field> fields, int size) implements TypeDescription {
    /** Most fields: the 16 bits of BTF's {@code vlen}. */
    public static final int MAX_FIELDS = 0xffff;

    /**
     * @throws IllegalArgumentException if fields overlap, are out of order, share a name or do not
     *     fit the size
     */
    public Struct {
      if (!name.isEmpty()) {
        requireIdentifier("struct", name);
      }
      fields = List.copyOf(fields);
      if (fields.isEmpty() || fields.size() > MAX_FIELDS) {
        throw new IllegalArgumentException(
            "struct '%s' has %d fields: it must have 1 to %d"
                .formatted(name, fields.size(), MAX_FIELDS));
      }
      Set<String> names = new HashSet<>();
      long end = 0;
      for (Field field : fields) {
        if (!names.add(field.name())) {
          throw new IllegalArgumentException(
              "struct '%s' has two fields named '%s'".formatted(name, field.name()));
        }
        if (field.offset() < end) {
          throw new IllegalArgumentException(
              "field '%s' of struct '%s' starts at byte %d, before the end of the last at %d"
                  .formatted(field.name(), name, field.offset(), end));
        }
        end = (long) field.offset() + field.type().size();
      }
      if (size < end) {
        throw new IllegalArgumentException(
            "struct '%s' of %d bytes has fields up to byte %d".formatted(name, size, end));
      }
    }

    @Override
    public int alignment() {
      int alignment = 1;
      for (Field field : fields) {
        alignment = Math.max(alignment, field.type().alignment());
      }
      return alignment;
    }

    /** Starts a struct whose fields are laid out as C does, each at its natural alignment. */
    public static StructBuilder named(String name) {
      return new StructBuilder(name);
    }
  }

  /**
   * A field of a struct.
   *
   * @param name a C identifier
   * @param offset bytes from the start of the struct
   */
  record Field(String name, TypeDescription type, int offset) {
    /**
     * @throws IllegalArgumentException if the name is no C identifier or the offset negative
     */
    public Field {
      requireIdentifier("field", name);
      if (offset < 0) {
        throw new IllegalArgumentException("field '" + name + "' at byte " + offset);
      }
    }
  }

  /** Collects the fields of a struct and lays them out as C does. */
  final class StructBuilder {
    private final String name;
    private final List<Field> fields = new ArrayList<>();
    private int end;
    private int alignment = 1;

    private StructBuilder(String name) {
      this.name = name;
    }

    /** Adds a field after the last one, at the next multiple of its alignment. */
    public StructBuilder field(String fieldName, TypeDescription type) {
      int offset = roundUp(end, type.alignment());
      fields.add(new Field(fieldName, type, offset));
      end = Math.addExact(offset, type.size());
      alignment = Math.max(alignment, type.alignment());
      return this;
    }

    /** The struct, padded at its end so that an array of it stays aligned. */
    public Struct build() {
      return new Struct(name, fields, roundUp(end, alignment));
    }

    private static int roundUp(int value, int multiple) {
      return Math.addExact(value, multiple - 1) / multiple * multiple;
    }
  }

  private static void requireIdentifier(String what, String name) {
    if (!Identifier.isValid(name)) {
      throw new IllegalArgumentException(what + " name '" + name + "' is no C identifier");
    }
  }
}
