package dev.sluice.bpf.relocation;

import java.util.Optional;

/** What an instruction wants to know ({@code enum bpf_core_relo_kind} in {@code linux/bpf.h}). */
public enum RelocationKind {
  /** Bytes from the start of the struct to the field, or to the word that a bit field is in. */
  FIELD_BYTE_OFFSET("place"),
  /** Bytes of the field. */
  FIELD_BYTE_SIZE("size"),
  /** Whether there is such a field. */
  FIELD_EXISTS("existence"),
  /** Whether the field has a sign. */
  FIELD_SIGNED("sign"),
  /** How far to shift left to get rid of what is above a bit field. */
  FIELD_LSHIFT_U64("bits"),
  /** How far to shift right behind that. */
  FIELD_RSHIFT_U64("bits"),
  /** The number of the type in the object file. */
  TYPE_ID_LOCAL("number here"),
  /** The number of the type in the kernel. */
  TYPE_ID_TARGET("number"),
  /** Whether there is such a type. */
  TYPE_EXISTS("existence"),
  /** Bytes of the type. */
  TYPE_SIZE("size"),
  /** Whether there is such an enumerator. */
  ENUMVAL_EXISTS("existence"),
  /** The value of the enumerator. */
  ENUMVAL_VALUE("value"),
  /** Whether there is a type that matches in all its parts. */
  TYPE_MATCHES("layout");

  private final String title;

  RelocationKind(String title) {
    this.title = title;
  }

  /** What messages call it. */
  public String title() {
    return title;
  }

  /** The kind with a number; empty if there is none. */
  public static Optional<RelocationKind> find(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }

  /** Whether it is about a type as a whole. */
  boolean isAboutType() {
    return switch (this) {
      case TYPE_ID_LOCAL, TYPE_ID_TARGET, TYPE_EXISTS, TYPE_SIZE, TYPE_MATCHES -> true;
      default -> false;
    };
  }

  /** Whether it is about an enumerator. */
  boolean isAboutEnumerator() {
    return this == ENUMVAL_EXISTS || this == ENUMVAL_VALUE;
  }

  /** Whether the answer is 1 or 0, so that there is one also if nothing is found. */
  boolean isQuestion() {
    return switch (this) {
      case FIELD_EXISTS, TYPE_EXISTS, ENUMVAL_EXISTS, TYPE_MATCHES -> true;
      default -> false;
    };
  }
}
