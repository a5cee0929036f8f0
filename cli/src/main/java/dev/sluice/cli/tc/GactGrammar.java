package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Action.Control;
import org.jspecify.annotations.Nullable;

/** Plain verdicts as actions, and as what a mirror does next. */
final class GactGrammar {
  private static final int JUMP = 1 << 28;
  private static final int GOTO_CHAIN = 2 << 28;
  private static final int EXTENSION = 0xf << 28;
  private static final int VALUE = (1 << 28) - 1;
  private static final int NONE = Integer.MIN_VALUE;

  private GactGrammar() {}

  /** Whether a word is a verdict or the beginning of one. */
  static boolean isControl(String word) {
    return code(word) != NONE;
  }

  private static int code(String word) {
    if (Words.abbreviates(word, "continue")) {
      return Control.CONTINUE.number();
    } else if (Words.abbreviates(word, "drop") || Words.abbreviates(word, "shot")) {
      return Control.DROP.number();
    } else if (Words.abbreviates(word, "pass") || Words.abbreviates(word, "ok")) {
      return Control.OK.number();
    } else if (Words.abbreviates(word, "reclassify")) {
      return Control.RECLASSIFY.number();
    } else if (Words.abbreviates(word, "pipe")) {
      return Control.PIPE.number();
    } else if (Words.abbreviates(word, "goto")) {
      return GOTO_CHAIN;
    } else if (Words.abbreviates(word, "jump")) {
      return JUMP;
    } else if (Words.abbreviates(word, "trap")) {
      return Control.TRAP.number();
    }
    return NONE;
  }

  /**
   * Reads a verdict with its number, if it has one; the current word is the one behind it
   * afterwards.
   *
   * @return the {@code TC_ACT_*} number; null if there is none or it cannot be understood
   */
  static @Nullable Integer readControl(Words words) {
    if (words.isEmpty()) {
      return null;
    }
    Problems problems = words.problems();
    int code = code(words.word());
    if (code == NONE) {
      problems.line("Bad action type ", words.word());
      return null;
    }
    if (code == GOTO_CHAIN) {
      if (!Words.abbreviates(words.next(), "chain")) {
        problems.line("\"chain index\" expected");
        return null;
      }
      long index = Digits.unsigned(words.next(), 10, VALUE);
      if (index < 0) {
        problems.line("Illegal \"chain index\"");
        return null;
      }
      code |= (int) index;
    } else if (code == JUMP) {
      long count = Digits.unsigned(words.next(), 10, VALUE);
      if (count < 0) {
        problems.line("Invalid \"jump count\" (", words.word(), ")");
        return null;
      }
      code |= (int) count;
    }
    words.skip();
    return code;
  }

  /** Reads the action; null if it cannot be understood. */
  static @Nullable Action read(Words words) {
    if (words.stands("gact")) {
      words.next();
    }
    int control = 0;
    if (!words.stands("index")) {
      Integer read = readControl(words);
      if (read == null) {
        throw usage(words);
      }
      control = read;
      if (words.stands("random")) {
        throw words.problems().unsupported("a random verdict");
      }
    }
    long index = 0;
    if (words.stands("index")) {
      index = Digits.unsigned32(words.next(), 10);
      if (index < 0) {
        words.problems().line("Illegal \"index\"");
        return null;
      }
      words.skip();
    } else if (words.stands("help")) {
      throw usage(words);
    }
    return new Action.Gact(control, (int) index);
  }

  private static Stop usage(Words words) {
    words.problems().text(Usage.GACT);
    return Stop.everything(Stop.BAD_COMMAND);
  }

  /** The name of a verdict as listings have it. */
  static String name(int control) {
    return switch (control & EXTENSION) {
      case GOTO_CHAIN -> "goto";
      case JUMP -> "jump";
      default ->
          switch (control) {
            case -1 -> "continue";
            case 0 -> "pass";
            case 1 -> "reclassify";
            case 2 -> "drop";
            case 3 -> "pipe";
            case 4 -> "stolen";
            case 8 -> "trap";
            default -> Integer.toString(control);
          };
    };
  }

  static boolean isGoto(int control) {
    return (control & EXTENSION) == GOTO_CHAIN;
  }

  static boolean isJump(int control) {
    return (control & EXTENSION) == JUMP;
  }

  /** The number of the chain or how many actions to jump over. */
  static int value(int control) {
    return control & VALUE;
  }
}
