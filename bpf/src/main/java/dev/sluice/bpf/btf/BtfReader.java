package dev.sluice.bpf.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a BTF blob and trusts nothing in it. The checks are those of {@code btf_parse_hdr} and the
 * {@code check_meta} functions in kernel/bpf/btf.c that keep a reader safe; it does not judge names
 * and flags as the kernel does before it takes a blob.
 */
final class BtfReader {
  private final ByteBuffer in;
  private final List<BtfType> types = new ArrayList<>();

  /** Every type id that is used, with where: alternately offset and id. */
  private final List<int[]> uses = new ArrayList<>();

  private @Nullable BtfStrings strings;

  BtfReader(byte[] blob) {
    in = ByteBuffer.wrap(blob);
  }

  /** The names, after all types are read. */
  BtfStrings strings() {
    return Objects.requireNonNull(strings);
  }

  /** Reads all types; that with id 1 is the first. */
  List<BtfType> read() {
    readHeader();
    while (in.hasRemaining()) {
      if (types.size() == BtfDescriptor.MAX_TYPES) {
        throw invalid("more than " + BtfDescriptor.MAX_TYPES + " types");
      }
      types.add(readType());
    }
    for (int[] use : uses) {
      if (use[1] < 0 || use[1] > types.size()) {
        throw new InvalidBtfException(
            use[0], "no type has the id %d, there are %d".formatted(use[1], types.size()));
      }
    }
    return types;
  }

  private void readHeader() {
    int length = in.capacity();
    if (length < BtfDescriptor.HEADER_BYTES) {
      throw invalid("the header takes 24 bytes, there are " + length);
    }
    int magic = in.order(ByteOrder.LITTLE_ENDIAN).getShort() & 0xffff;
    if (magic != BtfDescriptor.MAGIC) {
      in.order(ByteOrder.BIG_ENDIAN);
      if (magic != (Short.reverseBytes((short) BtfDescriptor.MAGIC) & 0xffff)) {
        throw new InvalidBtfException(0, "magic 0x%04x, not 0xeb9f".formatted(magic));
      }
    }
    int version = in.get();
    if (version != BtfDescriptor.VERSION) {
      throw new InvalidBtfException(2, "version " + version + ", only 1 is known");
    }
    in.get();
    long header = word();
    long typesOffset = word();
    long typesLength = word();
    long stringsOffset = word();
    long stringsLength = word();
    if (header < BtfDescriptor.HEADER_BYTES || header > length) {
      throw new InvalidBtfException(4, "a header of %d of %d bytes".formatted(header, length));
    }
    if (header + typesOffset + typesLength > length) {
      throw new InvalidBtfException(
          8, "types of %d bytes from %d on".formatted(typesLength, header + typesOffset));
    }
    boolean outside = header + stringsOffset + stringsLength > length;
    if (outside || stringsLength < 1 || stringsLength > BtfDescriptor.MAX_STRINGS) {
      throw new InvalidBtfException(
          16, "strings of %d bytes from %d on".formatted(stringsLength, header + stringsOffset));
    }
    strings = new BtfStrings(in.array(), (int) (header + stringsOffset), (int) stringsLength);
    in.position((int) (header + typesOffset));
    in.limit((int) (header + typesOffset + typesLength));
  }

  private BtfType readType() {
    int start = in.position();
    require(BtfDescriptor.TYPE_BYTES, "a type");
    String name = name();
    int info = in.getInt();
    int count = BtfDescriptor.count(info);
    boolean flag = BtfDescriptor.kindFlag(info);
    int sizeAt = in.position();
    int sizeOrType = in.getInt();
    long size = Integer.toUnsignedLong(sizeOrType);
    return switch (BtfDescriptor.kind(info)) {
      case BtfDescriptor.KIND_INT -> readInt(name, sizeAt, size);
      case BtfDescriptor.KIND_FLOAT -> new BtfType.Float(name, smallSize(sizeAt, size));
      case BtfDescriptor.KIND_PTR -> new BtfType.Pointer(used(sizeAt, sizeOrType));
      case BtfDescriptor.KIND_ARRAY -> {
        require(BtfDescriptor.ARRAY_BYTES, "an array");
        yield new BtfType.Array(id(), id(), word());
      }
      case BtfDescriptor.KIND_STRUCT, BtfDescriptor.KIND_UNION ->
          readComposite(
              name, BtfDescriptor.kind(info) == BtfDescriptor.KIND_UNION, size, count, flag);
      case BtfDescriptor.KIND_ENUM -> readEnum(name, smallSize(sizeAt, size), flag, count);
      case BtfDescriptor.KIND_ENUM64 -> readEnum64(name, smallSize(sizeAt, size), flag, count);
      case BtfDescriptor.KIND_FWD -> new BtfType.Forward(name, flag);
      case BtfDescriptor.KIND_TYPEDEF -> new BtfType.Typedef(name, used(sizeAt, sizeOrType));
      case BtfDescriptor.KIND_VOLATILE ->
          qualified(BtfType.Qualifier.VOLATILE, name, sizeAt, sizeOrType);
      case BtfDescriptor.KIND_CONST -> qualified(BtfType.Qualifier.CONST, name, sizeAt, sizeOrType);
      case BtfDescriptor.KIND_RESTRICT ->
          qualified(BtfType.Qualifier.RESTRICT, name, sizeAt, sizeOrType);
      case BtfDescriptor.KIND_TYPE_TAG ->
          qualified(BtfType.Qualifier.TYPE_TAG, name, sizeAt, sizeOrType);
      case BtfDescriptor.KIND_FUNC -> new BtfType.Function(name, used(sizeAt, sizeOrType), count);
      case BtfDescriptor.KIND_FUNC_PROTO -> readPrototype(used(sizeAt, sizeOrType), count);
      case BtfDescriptor.KIND_VAR -> {
        require(BtfDescriptor.VARIABLE_BYTES, "a variable");
        yield new BtfType.Variable(name, used(sizeAt, sizeOrType), in.getInt());
      }
      case BtfDescriptor.KIND_DATASEC -> readSection(name, size, count);
      case BtfDescriptor.KIND_DECL_TAG -> {
        require(BtfDescriptor.DECL_TAG_BYTES, "a declaration tag");
        yield new BtfType.DeclarationTag(name, used(sizeAt, sizeOrType), in.getInt());
      }
      default ->
          throw new InvalidBtfException(
              start,
              "type %d has the unknown kind %d"
                  .formatted(types.size() + 1, BtfDescriptor.kind(info)));
    };
  }

  private BtfType.Int readInt(String name, int sizeAt, long size) {
    require(BtfDescriptor.INT_BYTES, "an integer");
    int data = in.getInt();
    int encoding = data >>> 24 & 0xf;
    int bits = data & 0xff;
    int bitOffset = data >>> 16 & 0xff;
    int bytes = smallSize(sizeAt, size);
    if (bits + bitOffset > bytes * 8) {
      throw new InvalidBtfException(
          sizeAt,
          "an integer of %d bits from bit %d in %d bytes".formatted(bits, bitOffset, bytes));
    }
    return new BtfType.Int(
        name,
        bytes,
        bits,
        bitOffset,
        (encoding & BtfDescriptor.INT_SIGNED) != 0,
        (encoding & BtfDescriptor.INT_CHAR) != 0,
        (encoding & BtfDescriptor.INT_BOOL) != 0);
  }

  private BtfType.Composite readComposite(
      String name, boolean union, long size, int count, boolean flag) {
    require(count * BtfDescriptor.MEMBER_BYTES, "the members of a struct");
    List<BtfType.Member> members = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = in.position();
      String memberName = name();
      int typeId = id();
      long offset = word();
      int bitSize = 0;
      if (flag) {
        bitSize = (int) (offset >>> 24);
        offset &= 0xffffff;
      }
      if (offset > size * 8) {
        throw new InvalidBtfException(
            at, "a member at bit %d of a struct of %d bytes".formatted(offset, size));
      }
      members.add(new BtfType.Member(memberName, typeId, offset, bitSize));
    }
    return new BtfType.Composite(name, union, size, members);
  }

  private BtfType.Enumeration readEnum(String name, int size, boolean signed, int count) {
    require(count * BtfDescriptor.ENUM_BYTES, "the values of an enum");
    List<BtfType.Enumerator> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String valueName = name();
      int value = in.getInt();
      values.add(new BtfType.Enumerator(valueName, signed ? value : Integer.toUnsignedLong(value)));
    }
    return new BtfType.Enumeration(name, size, signed, values);
  }

  private BtfType.Enumeration readEnum64(String name, int size, boolean signed, int count) {
    require(count * BtfDescriptor.ENUM64_BYTES, "the values of an enum");
    List<BtfType.Enumerator> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String valueName = name();
      long low = word();
      long high = word();
      values.add(new BtfType.Enumerator(valueName, high << 32 | low));
    }
    return new BtfType.Enumeration(name, size, signed, values);
  }

  private BtfType.Prototype readPrototype(int returnId, int count) {
    require(count * BtfDescriptor.PARAMETER_BYTES, "the parameters of a function");
    List<BtfType.Parameter> parameters = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parameters.add(new BtfType.Parameter(name(), id()));
    }
    return new BtfType.Prototype(returnId, parameters);
  }

  private BtfType.Section readSection(String name, long size, int count) {
    require(count * BtfDescriptor.SECTION_ENTRY_BYTES, "the variables of a section");
    List<BtfType.SectionEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(new BtfType.SectionEntry(id(), word(), word()));
    }
    return new BtfType.Section(name, size, entries);
  }

  private BtfType.Qualified qualified(
      BtfType.Qualifier qualifier, String name, int at, int typeId) {
    return new BtfType.Qualified(qualifier, name, used(at, typeId));
  }

  /** The size of a number: the kernel knows 1, 2, 4, 8 and 16 bytes, and floats of 12. */
  private static int smallSize(int at, long size) {
    if (size < 1 || size > 16) {
      throw new InvalidBtfException(at, "a number of " + size + " bytes");
    }
    return (int) size;
  }

  private int id() {
    int at = in.position();
    return used(at, in.getInt());
  }

  private int used(int at, int id) {
    uses.add(new int[] {at, id});
    return id;
  }

  private String name() {
    int at = in.position();
    return strings().at(at, in.getInt());
  }

  private long word() {
    return Integer.toUnsignedLong(in.getInt());
  }

  private void require(int bytes, String what) {
    if (in.remaining() < bytes) {
      throw invalid("%s takes %d bytes, %d are left".formatted(what, bytes, in.remaining()));
    }
  }

  private InvalidBtfException invalid(String reason) {
    return new InvalidBtfException(in.position(), reason);
  }
}
