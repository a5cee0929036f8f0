package dev.sluice.cli.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code action KIND … [action KIND …]…}. */
final class ActionGrammar {
  private static final int IMMEDIATE = 1;
  private static final int DELAYED = 2;

  private ActionGrammar() {}

  /**
   * Reads actions; the current word is the one behind the first {@code action}, and is the one that
   * belongs to no action afterwards.
   *
   * @param actions where they are added
   * @return false if they cannot be understood
   */
  static boolean read(Words words, Session session, List<Action> actions) {
    boolean expected = false;
    while (!words.isEmpty()) {
      if (words.is("action")) {
        words.skip();
        expected = true;
        continue;
      }
      if (words.is("flowid") || words.is("classid") || isVerb(words)) {
        break;
      }
      if (words.is("help")) {
        return false;
      }
      expected = false;
      int place = words.place();
      Action action = readOne(words, session);
      if (action == null) {
        words.returnTo(place);
        words.problems().line("bad action parsing");
        return bad(words);
      }
      actions.add(withSettings(action, settings(words)));
    }
    if (expected) {
      words.problems().line("bad action empty 1");
      return bad(words);
    }
    return true;
  }

  private static boolean bad(Words words) {
    String word = words.peek();
    words
        .problems()
        .line(
            "parse_action: bad value (",
            Integer.toString(words.left()),
            ":",
            word == null ? "(null)" : word,
            ")!");
    return false;
  }

  /** Words that begin a further command of {@code tc actions}. */
  private static boolean isVerb(Words words) {
    return words.stands("change")
        || words.stands("replace")
        || words.stands("delete")
        || words.stands("get")
        || words.stands("add");
  }

  private static @Nullable Action readOne(Words words, Session session) {
    String kind = words.word();
    if (GactGrammar.isControl(kind)) {
      return GactGrammar.read(words);
    }
    return switch (kind) {
      case "mirred" -> MirredGrammar.read(words, session);
      case "bpf",
          "connmark",
          "csum",
          "ct",
          "ctinfo",
          "gate",
          "ife",
          "mpls",
          "nat",
          "pedit",
          "police",
          "sample",
          "simple",
          "skbedit",
          "skbmod",
          "tunnel_key",
          "vlan" ->
          throw words.problems().unsupported("action " + kind);
      default -> GactGrammar.read(words); // tc takes what it does not know for a verdict
    };
  }

  private static Action withSettings(Action action, ActionSettings settings) {
    return switch (action) {
      case Action.Mirred mirred ->
          new Action.Mirred(
              mirred.mode(), mirred.deviceIndex(), mirred.control(), mirred.index(), settings);
      case Action.Gact gact -> new Action.Gact(gact.control(), gact.index(), settings);
      case Action.Unknown unknown -> unknown;
    };
  }

  /** {@code [cookie HEX] [hw_stats KIND] [no_percpu]}. */
  private static ActionSettings settings(Words words) {
    Bytes cookie = null;
    Integer hardwareStatistics = null;
    boolean withoutPerCpu = false;
    if (words.is("cookie")) {
      cookie = cookie(words.next(), words.problems());
      words.skip();
    }
    if (words.stands("hw_stats")) {
      hardwareStatistics = hardwareStatistics(words.next(), words.problems());
      words.skip();
    }
    if (words.is("no_percpu")) {
      withoutPerCpu = true;
      words.skip();
    }
    if (words.is("skip_sw") || words.is("skip_hw")) {
      // What belongs to the filter stands before its actions.
      throw words.problems().unsupported("\"" + words.word() + "\" of an action");
    }
    return cookie == null && hardwareStatistics == null && !withoutPerCpu
        ? ActionSettings.NONE
        : new ActionSettings(cookie, hardwareStatistics, withoutPerCpu);
  }

  private static @Nullable Bytes cookie(String word, Problems problems) {
    int most = 2 * ActionSettings.LONGEST_COOKIE;
    if (word.length() > most) {
      throw problems.wrong(word, word.length() + " Max allowed size " + most);
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) > 'f' || Character.digit(word.charAt(i), 16) < 0) {
        throw notHexadecimal(word, problems);
      }
    }
    if (word.length() % 2 != 0) {
      throw notHexadecimal(word, problems);
    }
    return word.isEmpty() ? null : Bytes.ofHex(word);
  }

  private static Stop notHexadecimal(String word, Problems problems) {
    return problems.wrong(word, "cookie must be a hex string\n");
  }

  private static int hardwareStatistics(String word, Problems problems) {
    if (Words.abbreviates(word, "immediate")) {
      return IMMEDIATE;
    } else if (Words.abbreviates(word, "delayed")) {
      return DELAYED;
    } else if (Words.abbreviates(word, "disabled")) {
      return 0;
    }
    throw problems.wrong(word, "value is invalid\n");
  }
}
