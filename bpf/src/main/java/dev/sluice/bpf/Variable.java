package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * A global variable of an object: a part of the value that one of its maps holds from the start.
 *
 * @param name its name in the source
 * @param map the map that it is in, such as {@code count.rodata}
 * @param type what its bytes mean
 * @param offset bytes from the start of the map's value
 * @param constant whether programs may only read it, so that the verifier knows its value
 */
public record Variable(
    String name, String map, TypeDescription type, int offset, boolean constant) {
  /** The kernel's configuration, which is what it is. */
  private static final String CONFIGURATION = ".kconfig";

  /**
   * The variables of an object, in the order of its maps. Those whose types the object does not
   * tell are missing.
   */
  public static List<Variable> of(ObjectSpec object) {
    List<Variable> variables = new ArrayList<>();
    for (MapSpec map : object.maps()) {
      // No variable in C has a dot in its name, so a map with one is a section of variables.
      boolean section = map.contents() != null || map.name().contains(".");
      if (section
          && map.type() == MapType.ARRAY
          && map.maxEntries() == 1
          && !map.name().endsWith(CONFIGURATION)
          && map.valueType() instanceof TypeDescription.Struct struct) {
        boolean constant = map.flags().contains(MapFlag.RDONLY_PROG);
        for (TypeDescription.Field field : struct.fields()) {
          variables.add(
              new Variable(field.name(), map.name(), field.type(), field.offset(), constant));
        }
      }
    }
    return List.copyOf(variables);
  }

  /** Its value from the start; empty if it is no single number. */
  public OptionalLong value(ObjectSpec object) {
    if (!(integer(type) instanceof TypeDescription.Int number)) {
      return OptionalLong.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(bytes(object)).order(order(type));
    long raw =
        switch (number.size()) {
          case 1 -> bytes.get(offset);
          case 2 -> bytes.getShort(offset);
          case 4 -> bytes.getInt(offset);
          default -> bytes.getLong(offset);
        };
    boolean signed =
        number.encoding() == TypeDescription.Encoding.SIGNED || number.size() == Long.BYTES;
    return OptionalLong.of(signed ? raw : raw & (1L << number.size() * Byte.SIZE) - 1);
  }

  /**
   * The object in which the variable has another value from the start.
   *
   * @throws IllegalArgumentException if it is no single number, or the value does not fit it
   */
  public ObjectSpec set(ObjectSpec object, long value) {
    if (!(integer(type) instanceof TypeDescription.Int number)) {
      throw new IllegalArgumentException(
          "'%s' takes %d bytes that are no single number".formatted(name, type.size()));
    }
    requireFits(number, value);
    byte[] changed = bytes(object);
    ByteBuffer bytes = ByteBuffer.wrap(changed).order(order(type));
    switch (number.size()) {
      case 1 -> bytes.put(offset, (byte) value);
      case 2 -> bytes.putShort(offset, (short) value);
      case 4 -> bytes.putInt(offset, (int) value);
      default -> bytes.putLong(offset, value);
    }
    return new ObjectSpec(
        object.programs(),
        object.maps().stream()
            .map(
                each ->
                    each.name().equals(map) ? each.withContents(MapContents.copyOf(changed)) : each)
            .toList());
  }

  private void requireFits(TypeDescription.Int number, long value) {
    int bits = number.size() * Byte.SIZE;
    boolean signed = number.encoding() == TypeDescription.Encoding.SIGNED;
    long least = signed ? Long.MIN_VALUE >> Long.SIZE - bits : 0;
    long most =
        number.encoding() == TypeDescription.Encoding.BOOLEAN
            ? 1
            : Long.MAX_VALUE >>> Long.SIZE - bits - (signed || bits == Long.SIZE ? 0 : 1);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "'%s' of type %s is %d to %d, not %d".formatted(name, number.name(), least, most, value));
    }
  }

  private byte[] bytes(ObjectSpec object) {
    MapSpec holder = object.map(map).orElseThrow();
    MapContents contents = holder.contents();
    return Arrays.copyOf(contents == null ? new byte[0] : contents.toArray(), holder.valueSize());
  }

  private static TypeDescription integer(TypeDescription type) {
    TypeDescription plain = type;
    while (plain instanceof TypeDescription.Typedef alias) {
      plain = alias.target();
    }
    return plain;
  }

  private static ByteOrder order(TypeDescription type) {
    return type instanceof TypeDescription.Typedef alias && alias.isBigEndian()
        ? ByteOrder.BIG_ENDIAN
        : ByteOrder.nativeOrder();
  }
}
