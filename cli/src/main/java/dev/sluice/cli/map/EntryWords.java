package dev.sluice.cli.map;

import dev.sluice.datapath.InvalidInput;
import java.util.List;

/**
 * The words of an entry: {@code key WORD… value WORD…}, as bpftool has them.
 *
 * @param key the words of the key
 * @param value the words of the value; empty where only a key is wanted
 */
record EntryWords(List<String> key, List<String> value) {
  static final String KEY_HELP =
      "The key: a number, the fields of a struct, an address, a prefix, or hex and its bytes.";

  EntryWords {
    key = List.copyOf(key);
    value = List.copyOf(value);
  }

  /** Reads a key alone. */
  static EntryWords key(List<String> words) {
    requireKey(words);
    return new EntryWords(words.subList(1, words.size()), List.of());
  }

  /** Reads a key and a value. */
  static EntryWords keyAndValue(List<String> words) {
    requireKey(words);
    int value = words.indexOf("value");
    if (value < 2 || value == words.size() - 1) {
      throw new InvalidInput(
          "command line", 0, 0, "expected key WORD… value WORD…, found " + String.join(" ", words));
    }
    return new EntryWords(words.subList(1, value), words.subList(value + 1, words.size()));
  }

  private static void requireKey(List<String> words) {
    if (words.size() < 2 || !words.getFirst().equals("key")) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected key and the words of a key, found " + String.join(" ", words));
    }
  }
}
