package dev.sluice.bpf;

import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Types of keys and values in the words of {@code .bpfasm} files. */
final class TypeText {
  /** The types that have a name there. */
  static final Map<String, TypeDescription> SCALARS =
      Map.ofEntries(
          Map.entry("u8", TypeDescription.U8),
          Map.entry("u16", TypeDescription.U16),
          Map.entry("u32", TypeDescription.U32),
          Map.entry("u64", TypeDescription.U64),
          Map.entry("s8", TypeDescription.S8),
          Map.entry("s16", TypeDescription.S16),
          Map.entry("s32", TypeDescription.S32),
          Map.entry("s64", TypeDescription.S64),
          Map.entry("char", TypeDescription.CHAR),
          Map.entry("bool", TypeDescription.BOOL),
          Map.entry("be16", TypeDescription.BE16),
          Map.entry("be32", TypeDescription.BE32),
          Map.entry("be64", TypeDescription.BE64));

  private TypeText() {}

  /** The text that reads as an equal type; empty if there is none. */
  static Optional<String> of(TypeDescription type) {
    for (Map.Entry<String, TypeDescription> scalar : SCALARS.entrySet()) {
      if (scalar.getValue().equals(type)) {
        return Optional.of(scalar.getKey());
      }
    }
    return switch (type) {
      case TypeDescription.Array(var element, int count) ->
          of(element).map(text -> text + "[" + count + "]");
      case TypeDescription.Struct struct -> struct(struct);
      case TypeDescription.Int unnamed -> Optional.empty();
      case TypeDescription.Typedef unnamed -> Optional.empty();
    };
  }

  private static Optional<String> struct(TypeDescription.Struct struct) {
    TypeDescription.StructBuilder layout = TypeDescription.Struct.named(struct.name());
    StringJoiner fields = new StringJoiner(", ", "{ ", " }");
    for (TypeDescription.Field field : struct.fields()) {
      Optional<String> type = of(field.type());
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.name() + " " + type.get());
      layout.field(field.name(), field.type());
    }
    if (!layout.build().equals(struct)) {
      return Optional.empty();
    }
    return Optional.of(
        struct.name().isEmpty() ? fields.toString() : "struct " + struct.name() + " " + fields);
  }
}
