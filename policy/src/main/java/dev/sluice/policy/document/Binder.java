package dev.sluice.policy.document;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.spec.Match;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes records of a document's values. It goes on after a problem, to find them all. */
final class Binder {
  private static final Pattern NUMBER =
      Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F_]+)|(0|[1-9][0-9_]*))");

  private static final ClassValue<Constructor<?>> CONSTRUCTORS =
      new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
          try {
            return type.getDeclaredConstructor(
                Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
          }
        }
      };

  private final Locations locations;
  private final String base;
  private final List<InvalidInput> problems = new ArrayList<>();
  private final Set<String> singles = new HashSet<>();

  /**
   * Begins at a document.
   *
   * @param base the path to it, where it is one of a list
   */
  Binder(Locations locations, String base) {
    this.locations = locations;
    this.base = base;
  }

  /** What was found to be wrong. */
  List<InvalidInput> problems() {
    return problems;
  }

  /** Paths to lists of one for which only the value is written. */
  Set<String> singles() {
    return singles;
  }

  private void problem(String path, String problem) {
    problems.add(locations.invalid(base, path, problem));
  }

  private void wrong(String path, String expected, Value found) {
    problem(path, "expected " + expected + ", found " + found.kind());
  }

  /** Makes a record; null if there is a problem. */
  @Nullable Object record(Class<?> type, Value value, String path) {
    if (type == Match.Mark.class && value instanceof Value.Scalar) {
      Object mark = one(Key.of(type).getFirst(), value, path);
      return mark == null ? null : new Match.Mark((Long) mark, null);
    }
    if (!(value instanceof Value.Keys keys)) {
      wrong(
          path,
          type == Match.Mark.class ? "a number, or value and mask" : "keys with values",
          value);
      return null;
    }
    int before = problems.size();
    List<Key> known = Key.of(type);
    rejectUnknown(known, keys, path);
    @Nullable Object[] components = new @Nullable Object[known.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = component(known.get(i), keys, path);
    }
    return problems.size() > before ? null : construct(type, components);
  }

  private void rejectUnknown(List<Key> known, Value.Keys keys, String path) {
    List<String> names = known.stream().map(Key::name).toList();
    for (String name : keys.values().keySet()) {
      if (!names.contains(name)) {
        String near = Spelling.nearest(name, names);
        problems.add(
            locations.invalidKey(
                base,
                Locations.path(path, name),
                near == null
                    ? "unknown key; expected one of " + String.join(", ", names)
                    : "unknown key; did you mean " + near + "?"));
      }
    }
  }

  private @Nullable Object component(Key key, Value.Keys keys, String path) {
    Value value = keys.values().get(key.name());
    String below = Locations.path(path, key.name());
    boolean absent = value == null || value instanceof Value.Nothing;
    if (value == null || absent && !key.required()) {
      if (key.required()) {
        problem(below, "missing; expected " + expected(key));
      }
      return switch (key.shape()) {
        case ONE -> null;
        case LIST -> List.of();
        case TABLE -> Map.of();
      };
    }
    return switch (key.shape()) {
      case ONE -> one(key, value, below);
      case LIST -> list(key, value, below);
      case TABLE -> table(key, value, below);
    };
  }

  private List<Object> list(Key key, Value value, String path) {
    List<Object> items = new ArrayList<>();
    if (value instanceof Value.Items list) {
      for (int i = 0; i < list.values().size(); i++) {
        Object item = one(key, list.values().get(i), path + "/" + i);
        if (item != null) {
          items.add(item);
        }
      }
    } else {
      singles.add(path);
      Object item = one(key, value, path);
      if (item != null) {
        items.add(item);
      }
    }
    return items;
  }

  private Map<String, Object> table(Key key, Value value, String path) {
    Map<String, Object> table = new LinkedHashMap<>();
    if (value instanceof Value.Keys keys) {
      for (Map.Entry<String, Value> entry : keys.values().entrySet()) {
        Object item = one(key, entry.getValue(), Locations.path(path, entry.getKey()));
        if (item != null) {
          table.put(entry.getKey(), item);
        }
      }
    } else {
      wrong(path, "keys with values", value);
    }
    return table;
  }

  /** One value, of a list or table too; null if there is a problem. */
  private @Nullable Object one(Key key, Value value, String path) {
    Class<?> type = key.type();
    TextForm<?> form = TextForm.of(type);
    if (form == null && type.isRecord()) {
      return record(type, value, path);
    }
    if (!(value instanceof Value.Scalar scalar)) {
      wrong(path, expected(key), value);
      return null;
    }
    String text = scalar.text();
    Object read = read(key, text);
    if (read == null) {
      String hint = form == null ? hint(type, text) : form.hint().apply(text);
      problem(
          path,
          "expected "
              + expected(key)
              + ", found "
              + scalar.kind()
              + (hint.isEmpty() ? "" : "; " + hint));
    }
    return read;
  }

  /** The value that a text stands for; null if it is none of the key's. */
  static @Nullable Object read(Key key, String text) {
    Class<?> type = key.type();
    TextForm<?> form = TextForm.of(type);
    if (form != null) {
      return form.read().apply(text);
    }
    if (key.isNumber()) {
      return number(key, text);
    }
    if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> null;
      };
    }
    if (type.isEnum()) {
      return EnumWords.all(type).entrySet().stream()
          .filter(word -> word.getKey().equalsIgnoreCase(text))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(null);
    }
    if (type == String.class) {
      return key.doc().pattern().isEmpty() || text.matches(key.doc().pattern()) ? text : null;
    }
    throw new IllegalStateException("no form of " + type);
  }

  private static @Nullable Object number(Key key, String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      return null;
    }
    boolean hexadecimal = number.group(2) != null;
    String digits = (hexadecimal ? number.group(2) : number.group(3)).replace("_", "");
    if (digits.isEmpty() || digits.length() > 20) {
      return null;
    }
    BigInteger value = new BigInteger(digits, hexadecimal ? 16 : 10);
    if (number.group(1).equals("-")) {
      value = value.negate();
    }
    boolean within =
        value.compareTo(BigInteger.valueOf(key.least())) >= 0
            && value.compareTo(BigInteger.valueOf(key.most())) <= 0;
    return within ? key.number(value.longValue()) : null;
  }

  private static String hint(Class<?> type, String text) {
    String near = type.isEnum() ? Spelling.nearest(text, EnumWords.all(type).keySet()) : null;
    return near == null ? "" : "did you mean " + near + "?";
  }

  /** What a key's value looks like. */
  private static String expected(Key key) {
    Class<?> type = key.type();
    TextForm<?> form = TextForm.of(type);
    String pattern = key.doc().pattern();
    if (form != null) {
      return form.expected();
    } else if (key.isNumber()) {
      return key.least() == Integer.MIN_VALUE || key.least() == Long.MIN_VALUE
          ? "a whole number"
          : "a whole number from " + key.least() + " to " + key.most();
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type.isEnum()) {
      return EnumWords.sentence(type);
    } else if (type.isRecord()) {
      return "keys with values";
    } else if (pattern.isEmpty()) {
      return "a word or number";
    }
    String literal = key.literal();
    return literal == null ? "a word of the form " + pattern : literal;
  }

  private static Object construct(Class<?> type, @Nullable Object[] components) {
    try {
      return CONSTRUCTORS.get(type).newInstance(components);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type + " checks what its reader should", e.getCause());
    }
  }
}
