package dev.sluice.bpf.relocation;

import dev.sluice.bpf.btf.BtfType;
import org.jspecify.annotations.Nullable;

/**
 * The part of a type that a path leads to: what can be asked of it ({@code
 * bpf_core_calc_field_relo}, {@code bpf_core_calc_type_relo}, {@code bpf_core_calc_enumval_relo}).
 *
 * @param value the number
 * @param size bytes of the field, where its place was asked for; else 0
 * @param typeId the type of such a field
 * @param checked whether the object's own number must be in the instruction
 */
record Part(long value, int size, int typeId, boolean checked) {
  private static final int BITS = 64;

  static Part of(AccessPath path, RelocationKind kind) {
    TypeGraph graph = path.graph();
    return switch (kind) {
      case TYPE_ID_LOCAL, TYPE_ID_TARGET -> new Part(path.rootId(), 0, 0, false);
      case TYPE_SIZE -> new Part(graph.size(path.rootId()), 0, 0, true);
      case TYPE_EXISTS, TYPE_MATCHES, ENUMVAL_EXISTS, FIELD_EXISTS -> new Part(1, 0, 0, true);
      case ENUMVAL_VALUE ->
          graph.plainType(path.last().typeId()) instanceof BtfType.Enumeration values
              ? new Part(values.values().get((int) path.last().index()).value(), 0, 0, true)
              : new Part(0, 0, 0, true);
      case FIELD_BYTE_OFFSET, FIELD_BYTE_SIZE, FIELD_SIGNED, FIELD_LSHIFT_U64, FIELD_RSHIFT_U64 ->
          ofField(path, kind);
    };
  }

  private static Part ofField(AccessPath path, RelocationKind kind) {
    TypeGraph graph = path.graph();
    AccessPath.Step last = path.last();
    if (last.name() == null) {
      return ofElement(path, kind);
    }
    if (!(graph.plainType(last.typeId()) instanceof BtfType.Composite struct)) {
      throw new RelocationException("type " + last.typeId() + " is no struct");
    }
    BtfType.Member member = struct.members().get((int) last.index());
    int typeId = graph.plain(member.typeId());
    long bitOffset = path.bitOffset();
    boolean bitField = member.bitSize() > 0;
    long bytes = graph.size(typeId);
    long offset = bitField ? bitOffset / 8 / bytes * bytes : bitOffset / 8;
    long bits = bitField ? member.bitSize() : bytes * 8;
    while (bitField && bitOffset + bits - offset * 8 > bytes * 8) {
      if (bytes >= Long.BYTES) {
        throw new RelocationException("bit field '" + member.name() + "' is in no word of 8 bytes");
      }
      bytes *= 2;
      offset = bitOffset / 8 / bytes * bytes;
    }
    return switch (kind) {
      case FIELD_BYTE_OFFSET ->
          bitField
              ? new Part(offset, 0, 0, false)
              : new Part(offset, Math.toIntExact(bytes), typeId, true);
      case FIELD_BYTE_SIZE -> new Part(bytes, 0, 0, !bitField);
      case FIELD_SIGNED -> new Part(isSigned(graph.type(typeId)) ? 1 : 0, 0, 0, true);
      case FIELD_LSHIFT_U64 -> new Part(BITS - (bitOffset + bits - offset * 8), 0, 0, !bitField);
      case FIELD_RSHIFT_U64 -> new Part(BITS - bits, 0, 0, true);
      default -> throw new IllegalArgumentException(kind.name());
    };
  }

  private static Part ofElement(AccessPath path, RelocationKind kind) {
    int typeId = path.last().typeId();
    int size = Math.toIntExact(path.graph().size(typeId));
    return switch (kind) {
      case FIELD_BYTE_OFFSET -> new Part(path.bitOffset() / 8, size, typeId, true);
      case FIELD_BYTE_SIZE -> new Part(size, 0, 0, true);
      default ->
          throw new RelocationException(
              "an element of an array has no " + kind.title() + " to ask for");
    };
  }

  private static boolean isSigned(@Nullable BtfType type) {
    return switch (type) {
      case BtfType.Int number -> number.signed();
      case BtfType.Enumeration values -> values.signed();
      case null, default -> false;
    };
  }
}
