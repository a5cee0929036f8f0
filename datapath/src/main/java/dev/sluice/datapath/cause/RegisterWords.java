package dev.sluice.datapath.cause;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the verifier prints of a register ({@code print_reg_state} in {@code kernel/bpf/log.c}), in
 * words.
 */
final class RegisterWords {
  private static final BigInteger LARGE = BigInteger.ONE.shiftLeft(63);

  private RegisterWords() {}

  /** Of {@code pkt(off=14,r=14)}: "in the packet, 0 bytes from there on are checked". */
  static String of(String state) {
    int open = state.indexOf('(');
    String kind = open < 0 ? state : state.substring(0, open);
    Map<String, String> facts = open < 0 ? Map.of() : facts(state.substring(open + 1));
    String map = facts.containsKey("map") ? "map " + facts.get("map") : "a map";
    String value = "a value of " + facts.getOrDefault("vs", "?") + " bytes in " + map;
    return switch (kind) {
      case "scalar", "Pscalar" -> number(facts);
      case "ctx" -> "the context" + distance(facts);
      case "pkt" -> "in the packet" + distance(facts) + ", " + checked(facts);
      case "pkt_end" -> "the packet's end";
      case "pkt_meta" -> "in the packet's metadata" + distance(facts) + ", " + checked(facts);
      case "map_ptr" -> map;
      case "map_value" -> "in " + value + distance(facts);
      case "map_value_or_null" -> value + ", or null";
      case "mem", "ringbuf_mem" -> "in memory of " + facts.getOrDefault("sz", "?") + " bytes";
      case "mem_or_null", "ringbuf_mem_or_null" -> "memory, or null";
      case "func" -> "a function";
      default -> plain(kind, state);
    };
  }

  private static String plain(String kind, String state) {
    if (kind.matches("fp-?\\d*")) {
      return kind.equals("fp0") || kind.equals("fp")
          ? "the end of the stack"
          : "on the stack, at " + kind.substring(2);
    }
    return kind.matches("P?-?(0x)?[0-9a-f]+")
        ? "the number " + decimal(kind.replaceFirst("^P", ""))
        : state;
  }

  /** {@code smin=smin32=0,umax=63}: each name with its number. */
  private static Map<String, String> facts(String inside) {
    Map<String, String> facts = new TreeMap<>();
    for (String fact : inside.replaceFirst("\\)$", "").split(",(?![^(]*\\))", -1)) {
      String[] words = fact.split("=", -1);
      for (int i = 0; i < words.length - 1; i++) {
        facts.put(words[i], decimal(words[words.length - 1]));
      }
    }
    return facts;
  }

  private static String number(Map<String, String> facts) {
    String umax = facts.get("umax");
    if (umax != null && new BigInteger(umax).compareTo(LARGE) < 0) {
      return "a number from " + facts.getOrDefault("umin", "0") + " to " + umax;
    }
    String smin = facts.get("smin");
    String smax = facts.get("smax");
    if (smin != null && smax != null) {
      return "a number from " + smin + " to " + smax;
    } else if (smin != null) {
      return "a number of at least " + smin;
    } else if (smax != null) {
      return "a number of at most " + smax;
    }
    return facts.containsKey("umin") ? "a number of at least " + facts.get("umin") : "any number";
  }

  private static String decimal(String number) {
    return number.startsWith("0x") ? new BigInteger(number.substring(2), 16).toString() : number;
  }

  /** How far behind the start of what it points to, as far as that is known. */
  private static String distance(Map<String, String> facts) {
    String offset = facts.get("off");
    String more = facts.get("umax");
    StringBuilder words = new StringBuilder();
    if (offset != null) {
      words.append(", ").append(offset).append(" bytes on");
    }
    if (more != null) {
      words.append(offset == null ? ", " : " and ");
      words.append(facts.getOrDefault("umin", "0")).append(" to ").append(more).append(" more");
    } else if (facts.containsKey("id") && facts.containsKey("r")) {
      words.append(", at a distance that has no bound");
    }
    return words.toString();
  }

  private static String checked(Map<String, String> facts) {
    long range = Long.parseLong(facts.getOrDefault("r", "0"));
    long offset = Long.parseLong(facts.getOrDefault("off", "0"));
    return Math.max(0, range - offset) + " bytes from there on are checked";
  }
}
