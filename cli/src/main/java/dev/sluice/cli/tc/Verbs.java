package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Change.Verb;
import org.jspecify.annotations.Nullable;

/** What {@code tc qdisc}, {@code tc class} and {@code tc filter} have in common. */
final class Verbs {
  private static final int LONGEST_NAME = 15;

  private Verbs() {}

  /** The change that the current word asks for, null if it asks for something else. */
  static @Nullable Verb read(Words words, boolean withLink) {
    if (words.stands("add")) {
      return Verb.ADD;
    } else if (words.stands("change")) {
      return Verb.CHANGE;
    } else if (words.stands("replace")) {
      return Verb.REPLACE;
    } else if (withLink && words.stands("link")) {
      return Verb.LINK;
    } else if (words.stands("delete")) {
      return Verb.DELETE;
    }
    return null;
  }

  static boolean isList(Words words) {
    return words.stands("list") || words.stands("show") || words.stands("lst");
  }

  static Stop unknown(Words words, String object) {
    words
        .problems()
        .line("Command \"", words.word(), "\" is unknown, try \"tc ", object, " help\".");
    return Stop.command(Stop.BAD_COMMAND);
  }

  /** A device's name as tc takes it: cut to 15 characters; null for an empty one. */
  static @Nullable String deviceName(String word) {
    return word.isEmpty() ? null : kind(word);
  }

  /** A kind's name as tc takes it: cut to 15 characters. */
  static String kind(String word) {
    return word.length() <= LONGEST_NAME ? word : word.substring(0, LONGEST_NAME);
  }

  /** A change without a device: tc asks the kernel, and this is what the kernel says. */
  static Request withoutDevice(Problems problems, boolean filter) {
    problems.line("RTNETLINK answers: No such device");
    if (filter) {
      problems.line("We have an error talking to the kernel");
    }
    return new Request.Nothing(2);
  }
}
