package dev.sluice.bpf.btf;

import dev.sluice.bpf.Identifier;
import dev.sluice.bpf.TypeDescription;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a BTF blob. Types get ids from 1 on, in the order they are added; equal types and strings
 * are written once. Id 0 is {@code void}.
 *
 * <p>Not safe for use by several threads.
 */
public final class BtfBuilder {
  /** The id of {@code void}. */
  public static final int VOID = 0;

  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final Map<String, Integer> stringOffsets = new HashMap<>();
  private final List<int[]> types = new ArrayList<>();
  private final Map<Object, Integer> ids = new HashMap<>();

  /** A builder with no types and the empty string. */
  public BtfBuilder() {
    strings.write(0);
    stringOffsets.put("", 0);
  }

  /**
   * A parameter of a function.
   *
   * @param name a C identifier
   * @param typeId the id of its type
   */
  public record Parameter(String name, int typeId) {}

  /** Who can call a function ({@code enum btf_func_linkage}). */
  public enum Linkage {
    STATIC(0),
    GLOBAL(1),
    EXTERN(2);

    private final int code;

    Linkage(int code) {
      this.code = code;
    }
  }

  /**
   * The offset of a text in the strings, which is what type names and line information refer to.
   *
   * @throws IllegalArgumentException if it has a NUL
   * @throws IllegalStateException if there are more strings than BTF can hold
   */
  public int string(String text) {
    Integer known = stringOffsets.get(text);
    if (known != null) {
      return known;
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a BTF string can't have a NUL: '" + text + "'");
    }
    int offset = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    if (strings.size() > BtfDescriptor.MAX_STRINGS) {
      throw new IllegalStateException(
          "BTF strings take %d bytes, the most is %d"
              .formatted(strings.size(), BtfDescriptor.MAX_STRINGS));
    }
    stringOffsets.put(text, offset);
    return offset;
  }

  /** Adds a type and those it is made of; gives its id. */
  public int add(TypeDescription type) {
    Integer known = ids.get(type);
    if (known != null) {
      return known;
    }
    int id =
        switch (type) {
          case TypeDescription.Int number ->
              addType(
                  string(number.name()),
                  BtfDescriptor.info(BtfDescriptor.KIND_INT, 0),
                  number.size(),
                  encoding(number.encoding()) << 24 | number.size() * 8);
          case TypeDescription.Array(TypeDescription element, int count) -> {
            int elementId = add(element);
            int indexId = add(TypeDescription.U32);
            yield addType(
                0, BtfDescriptor.info(BtfDescriptor.KIND_ARRAY, 0), 0, elementId, indexId, count);
          }
          case TypeDescription.Typedef(String name, TypeDescription target) -> {
            int targetId = add(target);
            yield addType(
                string(name), BtfDescriptor.info(BtfDescriptor.KIND_TYPEDEF, 0), targetId);
          }
          case TypeDescription.Struct struct -> addStruct(struct);
        };
    ids.put(type, id);
    return id;
  }

  private static int encoding(TypeDescription.Encoding encoding) {
    return switch (encoding) {
      case UNSIGNED -> 0;
      case SIGNED -> BtfDescriptor.INT_SIGNED;
      case CHARACTER -> BtfDescriptor.INT_CHAR;
      case BOOLEAN -> BtfDescriptor.INT_BOOL;
    };
  }

  private int addStruct(TypeDescription.Struct struct) {
    List<TypeDescription.Field> fields = struct.fields();
    int[] members = new int[fields.size() * 3];
    for (int i = 0; i < fields.size(); i++) {
      TypeDescription.Field field = fields.get(i);
      members[i * 3] = string(field.name());
      members[i * 3 + 1] = add(field.type());
      members[i * 3 + 2] = Math.multiplyExact(field.offset(), 8);
    }
    return addType(
        string(struct.name()),
        BtfDescriptor.info(BtfDescriptor.KIND_STRUCT, fields.size()),
        struct.size(),
        members);
  }

  /** Adds a pointer to a type; gives its id. */
  public int addPointer(int targetId) {
    return addOnce(
        "pointer " + targetId, 0, BtfDescriptor.info(BtfDescriptor.KIND_PTR, 0), targetId);
  }

  /** Adds the type of a function; gives its id. */
  public int addPrototype(int returnTypeId, List<Parameter> parameters) {
    int[] rest = new int[parameters.size() * 2];
    for (int i = 0; i < parameters.size(); i++) {
      rest[i * 2] = string(requireIdentifier("parameter", parameters.get(i).name()));
      rest[i * 2 + 1] = parameters.get(i).typeId();
    }
    int info = BtfDescriptor.info(BtfDescriptor.KIND_FUNC_PROTO, parameters.size());
    return addOnce("prototype " + returnTypeId + " " + parameters, 0, info, returnTypeId, rest);
  }

  /** Adds a function; gives its id. */
  public int addFunction(String name, int prototypeId, Linkage linkage) {
    return addType(
        string(requireIdentifier("function", name)),
        BtfDescriptor.info(BtfDescriptor.KIND_FUNC, linkage.code),
        prototypeId);
  }

  private static String requireIdentifier(String what, String name) {
    if (!Identifier.isValid(name)) {
      throw new IllegalArgumentException(what + " name '" + name + "' is no C identifier");
    }
    return name;
  }

  private int addOnce(String key, int name, int info, int sizeOrType, int... rest) {
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    int id = addType(name, info, sizeOrType, rest);
    ids.put(key, id);
    return id;
  }

  private int addType(int name, int info, int sizeOrType, int... rest) {
    if (types.size() == BtfDescriptor.MAX_TYPES) {
      throw new IllegalStateException("BTF can hold " + BtfDescriptor.MAX_TYPES + " types");
    }
    int[] words = new int[3 + rest.length];
    words[0] = name;
    words[1] = info;
    words[2] = sizeOrType;
    System.arraycopy(rest, 0, words, 3, rest.length);
    types.add(words);
    return types.size();
  }

  /** The blob for the kernel of this machine. */
  public byte[] build() {
    return build(ByteOrder.nativeOrder());
  }

  /** The blob in a byte order. The builder may be used on. */
  public byte[] build(ByteOrder order) {
    int typeBytes = 0;
    for (int[] words : types) {
      typeBytes += words.length * Integer.BYTES;
    }
    byte[] blob = new byte[BtfDescriptor.HEADER_BYTES + typeBytes + strings.size()];
    ByteBuffer out = ByteBuffer.wrap(blob).order(order);
    out.putShort((short) BtfDescriptor.MAGIC);
    out.put((byte) BtfDescriptor.VERSION);
    out.put((byte) 0);
    out.putInt(BtfDescriptor.HEADER_BYTES);
    out.putInt(0);
    out.putInt(typeBytes);
    out.putInt(typeBytes);
    out.putInt(strings.size());
    for (int[] words : types) {
      for (int word : words) {
        out.putInt(word);
      }
    }
    out.put(strings.toByteArray());
    return blob;
  }
}
