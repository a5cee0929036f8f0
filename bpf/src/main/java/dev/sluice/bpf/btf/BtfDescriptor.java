package dev.sluice.bpf.btf;

/** The layout of a BTF blob, from {@code include/uapi/linux/btf.h}. All fields are 32 bits. */
final class BtfDescriptor {
  /** The first two bytes, in the byte order of the blob. */
  static final int MAGIC = 0xeb9f;

  static final int VERSION = 1;

  /**
   * {@code struct btf_header}: magic (2), version (1), flags (1), hdr_len, type_off, type_len,
   * str_off, str_len. Offsets count from the end of the header.
   */
  static final int HEADER_BYTES = 24;

  /** {@code struct btf_type}: name_off, info, size or type. */
  static final int TYPE_BYTES = 12;

  static final int INT_BYTES = 4;
  static final int ARRAY_BYTES = 12;
  static final int MEMBER_BYTES = 12;
  static final int ENUM_BYTES = 8;
  static final int ENUM64_BYTES = 12;
  static final int PARAMETER_BYTES = 8;
  static final int VARIABLE_BYTES = 4;
  static final int SECTION_ENTRY_BYTES = 12;
  static final int DECL_TAG_BYTES = 4;

  static final int KIND_INT = 1;
  static final int KIND_PTR = 2;
  static final int KIND_ARRAY = 3;
  static final int KIND_STRUCT = 4;
  static final int KIND_UNION = 5;
  static final int KIND_ENUM = 6;
  static final int KIND_FWD = 7;
  static final int KIND_TYPEDEF = 8;
  static final int KIND_VOLATILE = 9;
  static final int KIND_CONST = 10;
  static final int KIND_RESTRICT = 11;
  static final int KIND_FUNC = 12;
  static final int KIND_FUNC_PROTO = 13;
  static final int KIND_VAR = 14;
  static final int KIND_DATASEC = 15;
  static final int KIND_FLOAT = 16;
  static final int KIND_DECL_TAG = 17;
  static final int KIND_TYPE_TAG = 18;
  static final int KIND_ENUM64 = 19;

  static final int INT_SIGNED = 1;
  static final int INT_CHAR = 2;
  static final int INT_BOOL = 4;

  /** Most types a blob can have ({@code BTF_MAX_TYPE}). */
  static final int MAX_TYPES = 0xfffff;

  /** Most bytes of names a blob can have ({@code BTF_MAX_NAME_OFFSET}). */
  static final int MAX_STRINGS = 0xffffff;

  /** {@code struct bpf_func_info}: insn_off, type_id. */
  static final int FUNCTION_INFO_BYTES = 8;

  /** {@code struct bpf_line_info}: insn_off, file_name_off, line_off, line_col. */
  static final int LINE_INFO_BYTES = 16;

  private BtfDescriptor() {}

  /** The second word of a type: bits 0–15 count what follows, 24–28 are the kind. */
  static int info(int kind, int count) {
    return kind << 24 | count;
  }

  static int kind(int info) {
    return info >>> 24 & 0x1f;
  }

  static int count(int info) {
    return info & 0xffff;
  }

  static boolean kindFlag(int info) {
    return info < 0;
  }
}
