package dev.sluice.bpf.btf;

import dev.sluice.bpf.Identifier;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.TypeDescription.Encoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns types of a BTF blob into descriptions. Nesting and size are limited, so that a blob made to
 * harm can't take much time or memory: each field takes at least a byte of its struct.
 */
final class BtfDescriber {
  /** Deepest nesting, as in {@code MAX_RESOLVE_DEPTH} of kernel/bpf/btf.c. */
  private static final int MAX_DEPTH = 32;

  /** Largest type; the kernel's maps hold larger values, but none that one would print. */
  private static final int MAX_BYTES = 1 << 20;

  private final Btf btf;
  private final Map<Integer, Optional<TypeDescription>> known = new HashMap<>();
  private int depth;

  BtfDescriber(Btf btf) {
    this.btf = btf;
  }

  Optional<TypeDescription> describe(int id) {
    Optional<TypeDescription> before = known.get(id);
    if (before != null) {
      return before;
    }
    BtfType type = btf.type(id).orElse(null);
    if (type == null || depth == MAX_DEPTH) {
      return Optional.empty();
    }
    // While it is worked on it has no description, so that a type in itself ends here.
    known.put(id, Optional.empty());
    depth++;
    Optional<TypeDescription> description =
        describe(type).filter(result -> result.size() <= MAX_BYTES);
    depth--;
    known.put(id, description);
    return description;
  }

  private Optional<TypeDescription> describe(BtfType type) {
    return switch (type) {
      case BtfType.Int number -> Optional.of(number(number));
      case BtfType.Float number -> bytes(number.size());
      case BtfType.Pointer pointer ->
          Optional.of(new TypeDescription.Int("pointer", 8, Encoding.UNSIGNED));
      case BtfType.Array array -> array(array);
      case BtfType.Composite composite -> composite(composite);
      case BtfType.Enumeration(String name, int size, boolean signed, var values) ->
          isPlain(size)
              ? Optional.of(
                  new TypeDescription.Int(
                      identifier(name, "enum"), size, signed ? Encoding.SIGNED : Encoding.UNSIGNED))
              : bytes(size);
      case BtfType.Typedef(String name, int targetId) ->
          describe(targetId)
              .map(
                  target ->
                      Identifier.isValid(name)
                          ? new TypeDescription.Typedef(name, target)
                          : target);
      case BtfType.Qualified qualified -> describe(qualified.targetId());
      case BtfType.Variable variable -> describe(variable.typeId());
      case BtfType.Forward forward -> Optional.empty();
      case BtfType.Function function -> Optional.empty();
      case BtfType.Prototype prototype -> Optional.empty();
      case BtfType.Section section -> Optional.empty();
      case BtfType.DeclarationTag tag -> Optional.empty();
    };
  }

  private static TypeDescription number(BtfType.Int number) {
    boolean plain =
        isPlain(number.size()) && number.bitOffset() == 0 && number.bits() == number.size() * 8;
    if (!plain) {
      return new TypeDescription.Array(TypeDescription.U8, number.size());
    }
    Encoding encoding =
        number.bool()
            ? Encoding.BOOLEAN
            : number.character()
                ? Encoding.CHARACTER
                : number.signed() ? Encoding.SIGNED : Encoding.UNSIGNED;
    // C's own names have spaces, as in "unsigned int".
    String name = identifier(number.name().replace(' ', '_'), "int" + number.bits());
    return new TypeDescription.Int(name, number.size(), encoding);
  }

  private Optional<TypeDescription> array(BtfType.Array array) {
    if (array.count() < 1 || array.count() > MAX_BYTES) {
      return Optional.empty();
    }
    return describe(array.elementId())
        .filter(element -> array.count() * element.size() <= MAX_BYTES)
        .map(element -> new TypeDescription.Array(element, (int) array.count()));
  }

  private Optional<TypeDescription> composite(BtfType.Composite composite) {
    if (composite.size() < 1 || composite.size() > MAX_BYTES) {
      return Optional.empty();
    }
    int size = (int) composite.size();
    if (composite.union()) {
      return bytes(size);
    }
    List<TypeDescription.Field> fields = new ArrayList<>();
    for (BtfType.Member member : composite.members()) {
      if (isEmptyArray(member.typeId())) {
        continue;
      }
      Optional<TypeDescription> type = describe(member.typeId());
      boolean bitField = member.bitSize() != 0 || member.bitOffset() % 8 != 0;
      if (type.isEmpty() || bitField || !Identifier.isValid(member.name())) {
        return bytes(size);
      }
      int offset = (int) (member.bitOffset() / 8);
      fields.add(new TypeDescription.Field(member.name(), type.get(), offset));
    }
    try {
      String name = Identifier.isValid(composite.name()) ? composite.name() : "";
      return Optional.of(new TypeDescription.Struct(name, fields, size));
    } catch (IllegalArgumentException e) {
      // Fields that overlap, share a name or stick out: legal in BTF or not, they are just bytes.
      return bytes(size);
    }
  }

  /** Whether this is C's array of unknown length, which takes no room in its struct. */
  private boolean isEmptyArray(int id) {
    return btf.type(id).orElse(null) instanceof BtfType.Array array && array.count() == 0;
  }

  private static Optional<TypeDescription> bytes(int size) {
    return Optional.of(new TypeDescription.Array(TypeDescription.U8, size));
  }

  private static boolean isPlain(int size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
  }

  private static String identifier(String name, String otherwise) {
    return Identifier.isValid(name) ? name : otherwise;
  }
}
