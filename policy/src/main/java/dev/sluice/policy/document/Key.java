package dev.sluice.policy.document;

import dev.sluice.policy.spec.Access;
import dev.sluice.policy.spec.Doc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of a mapping in a document: a component of a record.
 *
 * @param name how it is spelled
 * @param type the type of its values; of a list, that of its items; of a table, that of its values
 * @param shape whether there is one value, a list or a table
 * @param required whether it must be there
 * @param doc what it means
 * @param component where it comes from
 */
record Key(
    String name, Class<?> type, Shape shape, boolean required, Doc doc, RecordComponent component) {
  private static final Pattern LITERAL = Pattern.compile("[\\w./]+");

  private static final ClassValue<List<Key>> KEYS =
      new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Key::of).toList();
        }
      };

  /** How many values a key has. */
  enum Shape {
    ONE,
    LIST,
    TABLE
  }

  /** The keys of a record, in order. */
  static List<Key> of(Class<?> type) {
    return KEYS.get(type);
  }

  private static Key of(RecordComponent component) {
    Doc doc = component.getAnnotation(Doc.class);
    if (doc == null) {
      throw new IllegalStateException(component + " says nothing of what it means");
    }
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      Shape shape =
          parameterized.getRawType() == List.class
              ? Shape.LIST
              : parameterized.getRawType() == Map.class ? Shape.TABLE : null;
      if (shape == null || !(arguments[arguments.length - 1] instanceof Class<?> item)) {
        throw new IllegalStateException(component + " is neither a list nor a table");
      }
      return new Key(component.getName(), item, shape, false, doc, component);
    }
    boolean required = !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    return new Key(component.getName(), component.getType(), Shape.ONE, required, doc, component);
  }

  /** Whether its values are whole numbers. */
  boolean isNumber() {
    return type == int.class || type == Integer.class || type == long.class || type == Long.class;
  }

  /** Whether its texts may be written as numbers, of which Kubernetes has one: a port. */
  boolean isTextOrNumber() {
    return component.getDeclaringRecord() == Access.Port.class && type == String.class;
  }

  /** The one text that its pattern allows; null if it allows others or all. */
  @Nullable String literal() {
    String word = doc.pattern().replace("\\.", ".");
    return LITERAL.matcher(word).matches() ? word : null;
  }

  /** Whether its numbers fit an {@code int}. */
  private boolean isShort() {
    return type == int.class || type == Integer.class;
  }

  /** The least number allowed. */
  long least() {
    return Math.max(doc.least(), isShort() ? Integer.MIN_VALUE : Long.MIN_VALUE);
  }

  /** The greatest number allowed. */
  long most() {
    return Math.min(doc.most(), isShort() ? Integer.MAX_VALUE : Long.MAX_VALUE);
  }

  /** A number as the record takes it. */
  Object number(long value) {
    if (isShort()) {
      return Math.toIntExact(value);
    }
    return value;
  }

  /** Its value in a record. */
  @Nullable Object in(Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
