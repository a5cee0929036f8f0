package dev.sluice.cli.tc;

import org.jspecify.annotations.Nullable;

/**
 * The words of one command, read one after the other.
 *
 * <p>Most keywords may be shortened, as iproute2's {@code matches()} has it: a word stands for the
 * first keyword, in the order in which they are tried, that begins with it. A few must be written
 * out.
 */
final class Words {
  private final String[] words;
  private final Problems problems;
  private int at;

  Words(String[] words, int from, Problems problems) {
    this.words = words;
    this.at = from;
    this.problems = problems;
  }

  Problems problems() {
    return problems;
  }

  boolean isEmpty() {
    return at >= words.length;
  }

  /** How many words are left, the current one included. */
  int left() {
    return words.length - at;
  }

  /** The current word. */
  String word() {
    if (at >= words.length) {
      throw problems.incomplete();
    }
    return words[at];
  }

  /** The current word, null behind the last. */
  @Nullable String peek() {
    return at < words.length ? words[at] : null;
  }

  /** Whether the current word is this one, written out. */
  boolean is(String keyword) {
    return at < words.length && words[at].equals(keyword);
  }

  /** Whether the current word is this keyword or a beginning of it. */
  boolean stands(String keyword) {
    return at < words.length && abbreviates(words[at], keyword);
  }

  /** Whether a word is this keyword or a beginning of it. */
  static boolean abbreviates(String word, String keyword) {
    return !word.isEmpty() && keyword.startsWith(word);
  }

  /** Goes past the current word. */
  void skip() {
    at++;
  }

  /** Goes past the current word to the one that must follow, and returns that. */
  String next() {
    at++;
    if (at >= words.length) {
      throw problems.incomplete();
    }
    return words[at];
  }

  /** Goes back or on to a place found with {@link #place}. */
  void returnTo(int place) {
    at = place;
  }

  int place() {
    return at;
  }
}
