package dev.sluice.cli.tc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the object in {@code sluice tc [OPTIONS] OBJECT}. Keywords may be shortened;
 * the first that fits, in iproute2's order, is meant: {@code -n} is {@code -netns}, not {@code
 * -Numeric}, and {@code -c} is {@code -cf}, not {@code -color}.
 */
final class Options {
  boolean statistics;
  boolean details;
  boolean raw;
  boolean json;
  boolean pretty;
  boolean graph;
  boolean binaryUnits;
  boolean numeric;
  boolean oneLine;
  boolean color;
  boolean force;
  boolean lint = true;
  @Nullable String namespace;
  @Nullable String batchFile;

  /** What the options ask for instead of a command. */
  enum Instead {
    NOTHING,
    VERSION,
    HELP
  }

  private Instead instead = Instead.NOTHING;

  Instead instead() {
    return instead;
  }

  /** Reads options up to the first word that is none. */
  static Options read(Words words) {
    Options options = new Options();
    while (options.instead == Instead.NOTHING && !words.isEmpty()) {
      String word = words.word();
      if (word.isEmpty() || word.charAt(0) != '-') {
        break;
      }
      options.read(word, words);
      words.skip();
    }
    return options;
  }

  private void read(String word, Words words) {
    if (words.stands("-stats") || words.stands("-statistics")) {
      statistics = true;
    } else if (words.stands("-details")) {
      details = true;
    } else if (words.stands("-raw")) {
      raw = true;
    } else if (words.stands("-pretty")) {
      pretty = true;
    } else if (words.stands("-graph")) {
      graph = true;
    } else if (words.stands("-Version")) {
      instead = Instead.VERSION;
    } else if (words.stands("-iec")) {
      binaryUnits = true;
    } else if (words.stands("-help")) {
      instead = Instead.HELP;
    } else if (words.stands("-force")) {
      force = true;
    } else if (words.stands("-batch")) {
      words.skip();
      batchFile = words.peek();
      if (batchFile == null) {
        throw words.problems().missing("batch file");
      }
    } else if (words.stands("-netns")) {
      namespace = words.next();
    } else if (words.stands("-Numeric")) {
      numeric = true;
    } else if (words.stands("-cf") || words.stands("-conf")) {
      words.next(); // names of classes, which only -names would show
    } else if (isColor(word)) {
      color = wantsColor(word);
    } else if (words.stands("-json")) {
      json = true;
    } else if (words.stands("-oneline")) {
      oneLine = true;
    } else if (word.equals("--no-lint")) {
      lint = false;
    } else if (word.equals("-echo")) {
      throw words.problems().unsupported("-echo");
    } else if (!isWithoutEffect(words)) {
      words.problems().line("Option \"", word, "\" is unknown, try \"tc -help\".");
      throw Stop.everything(Stop.BAD_COMMAND);
    }
  }

  private static boolean isWithoutEffect(Words words) {
    return words.stands("-names")
        || words.stands("-nm")
        || words.stands("-timestamp")
        || words.stands("-tshort")
        || words.stands("-brief");
  }

  private static boolean isColor(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      return Words.abbreviates(word, "-color");
    }
    String when = word.substring(equals + 1);
    return Words.abbreviates(word.substring(0, equals), "-color")
        && (when.equals("always") || when.equals("auto") || when.equals("never"));
  }

  private static boolean wantsColor(String word) {
    if (word.endsWith("=auto")) {
      return Objects.requireNonNull(System.console()).isTerminal();
    }
    return !word.endsWith("=never");
  }
}
