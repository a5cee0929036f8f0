package dev.sluice.compiler.program;

import dev.sluice.bpf.TypeDescription;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * How a number or a record lies in memory: components one after the other as C would lay out a
 * struct, in the machine's byte order but for {@link NetworkOrder}, with zeros between them.
 *
 * @param <T> {@code Byte}, {@code Short}, {@code Integer}, {@code Long} or a record of such, and of
 *     such records
 */
public final class Layout<T> {
  /**
   * A number in it.
   *
   * @param name the component's, {@code outer.inner} for a record in a record; empty if the whole
   *     is one number
   * @param type {@code byte.class}, {@code short.class}, {@code char.class}, {@code int.class},
   *     {@code long.class} or {@code boolean.class}
   * @param offset bytes from the start
   * @param size bytes
   * @param networkOrder whether its bytes are in network order
   */
  public record Field(String name, Class<?> type, int offset, int size, boolean networkOrder) {}

  private final Class<T> type;
  private final List<Field> fields = new ArrayList<>();
  private final TypeDescription description;

  private Layout(Class<T> type) {
    this.type = type;
    if (!type.isRecord()) {
      Class<?> number = unboxed(type);
      fields.add(new Field("", number, 0, size(number), false));
      description = describe(number, false);
      return;
    }
    description = record(type, "", 0);
  }

  /** Lays out a record whose first byte is at an offset, and names what is in it. */
  private TypeDescription.Struct record(Class<?> record, String prefix, int start) {
    List<TypeDescription.Field> described = new ArrayList<>();
    int end = 0;
    for (RecordComponent component : record.getRecordComponents()) {
      Class<?> type = component.getType();
      String name = prefix + component.getName();
      int offset = aligned(end, alignment(type));
      TypeDescription inside;
      if (type.isRecord()) {
        inside = record(type, name + ".", start + offset);
      } else {
        boolean network = component.isAnnotationPresent(NetworkOrder.class);
        fields.add(new Field(name, type, start + offset, size(type), network));
        inside = describe(type, network);
      }
      described.add(new TypeDescription.Field(component.getName(), inside, offset));
      end = offset + inside.size();
    }
    if (described.isEmpty()) {
      throw new IllegalArgumentException("record " + record.getName() + " has no components");
    }
    return new TypeDescription.Struct(
        record.getSimpleName(), described, aligned(end, alignment(record)));
  }

  private static int aligned(int offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  private static int alignment(Class<?> type) {
    if (!type.isRecord()) {
      return size(type);
    }
    int most = 1;
    for (RecordComponent component : type.getRecordComponents()) {
      most = Math.max(most, alignment(component.getType()));
    }
    return most;
  }

  /**
   * The layout of a type.
   *
   * @throws IllegalArgumentException if it is neither a number nor a record of numbers
   */
  public static <T> Layout<T> of(Class<T> type) {
    return new Layout<>(type);
  }

  private static Class<?> unboxed(Class<?> type) {
    if (type == Integer.class) {
      return int.class;
    } else if (type == Long.class) {
      return long.class;
    } else if (type == Short.class) {
      return short.class;
    } else if (type == Byte.class) {
      return byte.class;
    }
    throw new IllegalArgumentException(
        type.getName() + " has no layout: use Byte, Short, Integer, Long, or a record of numbers");
  }

  private static int size(Class<?> type) {
    if (type == byte.class || type == boolean.class) {
      return 1;
    } else if (type == short.class || type == char.class) {
      return 2;
    } else if (type == int.class) {
      return 4;
    } else if (type == long.class) {
      return 8;
    }
    throw new IllegalArgumentException("a component of type " + type.getName() + " has no layout");
  }

  private static TypeDescription describe(Class<?> type, boolean network) {
    return switch (size(type)) {
      case 1 -> type == boolean.class ? TypeDescription.BOOL : TypeDescription.S8;
      case 2 ->
          network
              ? TypeDescription.BE16
              : type == char.class ? TypeDescription.U16 : TypeDescription.S16;
      case 4 -> network ? TypeDescription.BE32 : TypeDescription.S32;
      default -> network ? TypeDescription.BE64 : TypeDescription.S64;
    };
  }

  /** The Java type. */
  public Class<T> type() {
    return type;
  }

  /** In the order of the components. */
  public List<Field> fields() {
    return List.copyOf(fields);
  }

  /** The number of a component; of the whole, if the name is empty. */
  public Optional<Field> field(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /** Bytes. */
  public int size() {
    return description.size();
  }

  /** The same for BTF. */
  public TypeDescription description() {
    return description;
  }

  /** The bytes of a value. */
  public byte[] write(T value) {
    ByteBuffer bytes = ByteBuffer.allocate(size());
    for (Field field : fields) {
      write(bytes, field, number(value, field));
    }
    return bytes.array();
  }

  private static Object number(Object value, Field field) {
    if (field.name().isEmpty()) {
      return value;
    }
    Object at = value;
    for (String component : field.name().split("\\.", -1)) {
      try {
        var accessor = at.getClass().getDeclaredMethod(component);
        accessor.setAccessible(true);
        at = accessor.invoke(at);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(at.getClass() + " can't be read", e);
      }
    }
    return at;
  }

  static void write(ByteBuffer bytes, Field field, Object number) {
    bytes.order(field.networkOrder() ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder());
    long value =
        switch (number) {
          case Boolean truth -> truth ? 1 : 0;
          case Character letter -> letter;
          case Number other -> other.longValue();
          default -> throw new IllegalArgumentException(number + " is no number");
        };
    switch (field.size()) {
      case 1 -> bytes.put(field.offset(), (byte) value);
      case 2 -> bytes.putShort(field.offset(), (short) value);
      case 4 -> bytes.putInt(field.offset(), (int) value);
      default -> bytes.putLong(field.offset(), value);
    }
  }

  /** The value of bytes. */
  public T read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Iterator<Object> numbers = fields.stream().map(field -> read(buffer, field)).iterator();
    return type.cast(type.isRecord() ? made(type, numbers) : numbers.next());
  }

  /** A record of the numbers that come next. */
  private static Object made(Class<?> record, Iterator<Object> numbers) {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Class<?> part = component.getType();
      types.add(part);
      values.add(part.isRecord() ? made(part, numbers) : numbers.next());
    }
    try {
      Constructor<?> constructor = record.getDeclaredConstructor(types.toArray(new Class<?>[0]));
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(record + " can't be made", e);
    }
  }

  static Object read(ByteBuffer bytes, Field field) {
    bytes.order(field.networkOrder() ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder());
    Class<?> type = field.type();
    if (type == boolean.class) {
      return bytes.get(field.offset()) != 0;
    } else if (type == char.class) {
      return bytes.getChar(field.offset());
    }
    return switch (field.size()) {
      case 1 -> (Object) bytes.get(field.offset());
      case 2 -> bytes.getShort(field.offset());
      case 4 -> bytes.getInt(field.offset());
      default -> bytes.getLong(field.offset());
    };
  }
}
