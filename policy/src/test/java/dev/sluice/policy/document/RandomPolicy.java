package dev.sluice.policy.document;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.spec.Ports;
import dev.sluice.policy.spec.TrafficPolicy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes policies of any values: every key comes up, no policy makes sense. */
final class RandomPolicy {
  private static final int DEEPEST = 7;

  /** Texts that YAML reads as something else unless they are quoted. */
  private static final String[] TEXTS = {
    "a",
    "web-1",
    "eth*",
    "*",
    "&x",
    "null",
    "~",
    "true",
    "no",
    "1.10",
    "0x10",
    "007",
    "1e3",
    "-",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "",
    " a ",
    "a\nb",
    "a\n",
    "\ta",
    "\"",
    "'",
    "it's",
    "{}",
    "[a]",
    "|",
    ">",
    "%a",
    "@a",
    "!a",
    "?",
    "? a",
    ":",
    "a:",
    ",",
    "é",
    "\u0007",
    "\u2028",
    "\u0085",
    "=",
    "<<",
    "---",
    "...",
    "1_000",
    "12:30:45",
    "2001-01-01",
    "\\n",
    "x".repeat(300),
    "\ud83d\ude00",
    "a, b",
    "a]",
    ".inf",
    ".nan",
    "0o7",
    "+1",
    "Yes",
    "NULL",
    "Null",
    "a/b~c"
  };

  private final Random random;

  RandomPolicy(long seed) {
    random = new Random(seed);
  }

  TrafficPolicy next() {
    return (TrafficPolicy) record(TrafficPolicy.class, 0);
  }

  private Object record(Class<?> type, int depth) {
    List<Key> keys = Key.of(type);
    @Nullable Object[] components = new @Nullable Object[keys.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = component(keys.get(i), depth + 1);
    }
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(components);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Object component(Key key, int depth) {
    int count = depth > DEEPEST ? 0 : random.nextInt(depth > 2 ? 2 : 3);
    return switch (key.shape()) {
      case ONE ->
          key.required() || depth <= DEEPEST && random.nextBoolean() ? one(key, depth) : null;
      case LIST -> {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          list.add(one(key, depth));
        }
        yield list;
      }
      case TABLE -> {
        Map<String, Object> table = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
          table.put(text(), one(key, depth));
        }
        yield table;
      }
    };
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private Object one(Key key, int depth) {
    Class<?> type = key.type();
    if (type == Rate.class) {
      return new Rate(number());
    } else if (type == DataSize.class) {
      return new DataSize(number());
    } else if (type == Duration.class) {
      return Duration.ofNanos(number());
    } else if (type == Prefix.class) {
      return random.nextBoolean()
          ? Prefix.four(random.nextInt(), random.nextInt(33))
          : Prefix.six(random.nextLong(), random.nextLong(), random.nextInt(129));
    } else if (type == Ports.class) {
      int first = random.nextInt(65_536);
      return new Ports(first, random.nextBoolean() ? first : random.nextInt(first, 65_536));
    } else if (type.isRecord()) {
      return record(type, depth);
    } else if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    } else if (key.isNumber()) {
      return key.number(
          switch (random.nextInt(3)) {
            case 0 -> key.least();
            case 1 -> key.most();
            default -> Math.clamp(number(), key.least(), key.most());
          });
    }
    return switch (key.name()) {
      case "apiVersion" -> TrafficPolicy.API_VERSION;
      case "kind" -> TrafficPolicy.KIND;
      default -> key.doc().pattern().isEmpty() ? text() : "a" + random.nextInt(10);
    };
  }

  /** Small ones, round ones, and large ones. */
  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(10);
      case 1 -> random.nextInt(1000) * 125_000L;
      case 2 -> (long) random.nextInt(1000) << random.nextInt(40);
      default -> random.nextLong() >>> 1 + random.nextInt(40);
    };
  }
}
