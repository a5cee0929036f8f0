package dev.sluice.datapath.cause;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what the verifier knew of a register: {@code pkt(r=14)} or {@code scalar(umax=255)}. */
final class RegisterWords {
  private static final Pattern SHAPE = Pattern.compile("([a-z_]+)\\((.*)\\)");
  private static final Pattern NUMBER = Pattern.compile("P?(-?\\d+|-?0x[0-9a-f]+)");
  private static final Pattern STACK = Pattern.compile("fp(-?\\d+)?(\\(.*\\))?");

  private RegisterWords() {}

  /**
   * Says what is known.
   *
   * @param register its name
   * @param state the log's words; null if it has no value
   */
  static String of(String register, @Nullable String state) {
    return register + (state == null ? " has no value on this path" : " is " + meaning(state));
  }

  private static String meaning(String state) {
    if (NUMBER.matcher(state).matches()) {
      return "the number " + (state.startsWith("P") ? state.substring(1) : state);
    }
    Matcher stack = STACK.matcher(state);
    if (stack.matches()) {
      String offset = stack.group(1);
      return offset == null || offset.equals("0")
          ? "the frame pointer, the upper end of the stack"
          : "a pointer into the stack, at " + offset;
    }
    Matcher shape = SHAPE.matcher(state);
    if (!shape.matches()) {
      return state;
    }
    Map<String, String> parts = parts(shape.group(2));
    String kind = shape.group(1);
    String past = parts.containsKey("off") ? ", moved by " + parts.get("off") : "";
    if (kind.endsWith("_or_null")) {
      return meaningOfPointer(kind.substring(0, kind.length() - 8), parts, past)
          + ", or null: nothing has compared it with 0";
    }
    return kind.equals("scalar") ? number(parts) : meaningOfPointer(kind, parts, past);
  }

  private static String meaningOfPointer(String kind, Map<String, String> parts, String past) {
    return switch (kind) {
      case "ctx" -> "the context" + past;
      case "pkt" -> "a packet pointer" + past + packet(parts);
      case "pkt_meta" -> "a pointer to the packet's metadata" + past + packet(parts);
      case "pkt_end" -> "the packet's end, which may only be compared";
      case "map_ptr" -> "a map" + named(parts);
      case "map_value" -> "a value of a map" + named(parts) + size(parts) + past + variable(parts);
      case "map_key" -> "a key of a map" + named(parts) + past;
      case "ringbuf_mem", "mem" ->
          "memory that a helper gave"
              + (parts.containsKey("sz") ? ", of " + parts.get("sz") + " bytes" : "")
              + past;
      case "sock", "sock_common", "tcp_sock", "xdp_sock" -> "a socket";
      case "func" -> "a function";
      default -> kind;
    };
  }

  private static String packet(Map<String, String> parts) {
    String range = parts.getOrDefault("r", "0");
    return " with "
        + (range.equals("0") ? "none" : range)
        + " of the packet's bytes checked"
        + variable(parts);
  }

  private static String variable(Map<String, String> parts) {
    return parts.containsKey("umax") || parts.containsKey("smax") || parts.containsKey("var_off")
        ? ", to which " + number(parts) + " was added"
        : "";
  }

  private static String named(Map<String, String> parts) {
    return parts.containsKey("map") ? " (" + parts.get("map") + ")" : "";
  }

  private static String size(Map<String, String> parts) {
    return parts.containsKey("vs") ? " of " + parts.get("vs") + " bytes" : "";
  }

  private static String number(Map<String, String> parts) {
    String low = parts.get("umin");
    String high = parts.get("umax");
    if (high != null) {
      return "a number from " + (low == null ? "0" : low) + " to " + high;
    }
    String smallest = parts.get("smin");
    String greatest = parts.get("smax");
    if (smallest != null && greatest != null) {
      return "a number from " + smallest + " to " + greatest;
    }
    if (low != null) {
      return "a number of at least " + low + ", unsigned, without an upper bound";
    }
    if (greatest != null) {
      return "a number of at most " + greatest + " that may be negative";
    }
    return smallest == null
        ? "a number without bounds"
        : "a number of at least " + smallest + " without an upper bound";
  }

  /** {@code smax=umax=255,var_off=(0x0; 0xff)}, each with its value. */
  private static Map<String, String> parts(String text) {
    Map<String, String> parts = new HashMap<>();
    int start = 0;
    int depth = 0;
    for (int at = 0; at <= text.length(); at++) {
      char c = at == text.length() ? ',' : text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0 && c == ',') {
        List<String> names = new ArrayList<>(List.of(text.substring(start, at).split("=")));
        String value = names.removeLast();
        names.forEach(name -> parts.put(name, decimal(name, value)));
        start = at + 1;
      }
    }
    return parts;
  }

  private static String decimal(String name, String value) {
    if (!value.matches("0x[0-9a-f]{1,16}")) {
      return value;
    }
    long number = Long.parseUnsignedLong(value.substring(2), 16);
    return name.startsWith("s") ? Long.toString(number) : Long.toUnsignedString(number);
  }
}
