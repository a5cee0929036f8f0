package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code action KIND … [action KIND …]…}. */
final class ActionGrammar {
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
      actions.add(action);
      refuseExtras(words);
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

  private static void refuseExtras(Words words) {
    if (words.is("cookie")
        || words.stands("hw_stats")
        || words.is("no_percpu")
        || words.is("skip_sw")
        || words.is("skip_hw")) {
      throw words.problems().unsupported("\"" + words.word() + "\" of an action");
    }
  }
}
