package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Action.Gact;
import dev.sluice.datapath.tc.Action.Mirred;
import dev.sluice.datapath.tc.ActionState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints a filter's actions. */
final class ActionSheet {
  private static final int TICKS_PER_SECOND = 100;
  private static final int NO_PERCPU_STATISTICS = 1;
  private static final int SKIP_HARDWARE = 2;
  private static final int SKIP_SOFTWARE = 4;
  private static final int IMMEDIATE = 1;
  private static final int DELAYED = 2;

  private final Session session;
  private final Sheet sheet;

  private ActionSheet(Session session, Sheet sheet) {
    this.session = session;
    this.sheet = sheet;
  }

  /** Prints actions with what is known of them. */
  static void print(List<Action> actions, List<ActionState> states, Session session, Sheet sheet) {
    if (actions.isEmpty()) {
      return;
    }
    ActionSheet actionSheet = new ActionSheet(session, sheet);
    sheet.beginArray("actions");
    for (int i = 0; i < actions.size(); i++) {
      sheet.beginObject();
      sheet.line();
      actionSheet.print(actions.get(i), i < states.size() ? states.get(i) : null, i + 1);
      sheet.endObject();
    }
    sheet.endArray();
  }

  private void print(Action action, @Nullable ActionState state, int place) {
    sheet.field("order", "\taction order ", state != null ? state.order() : place, ": ");
    sheet.field("kind", "", action.kind(), " ");
    switch (action) {
      case Mirred mirred -> print(mirred);
      case Gact gact -> {
        printControl("action ", gact.control());
        printNoChance();
        sheet.line();
        printIndex("\t index ", gact.index(), state);
      }
      case Action.Unknown unknown -> {
        QdiscSheet.printRaw(unknown.options(), sheet);
        sheet.line();
      }
    }
    if (action instanceof Mirred mirred) {
      printIndex("\tindex ", mirred.index(), state);
    }
    if (state != null) {
      print(state);
    }
  }

  private void print(Mirred mirred) {
    boolean redirect =
        switch (mirred.mode()) {
          case EGRESS_REDIRECT, INGRESS_REDIRECT -> true;
          case EGRESS_MIRROR, INGRESS_MIRROR -> false;
        };
    boolean egress =
        switch (mirred.mode()) {
          case EGRESS_REDIRECT, EGRESS_MIRROR -> true;
          case INGRESS_REDIRECT, INGRESS_MIRROR -> false;
        };
    sheet.text(egress ? "(Egress " : "(Ingress ");
    sheet.text(redirect ? "Redirect" : "Mirror");
    if (sheet.isJson()) {
      sheet.field("mirred_action", "", redirect ? "redirect" : "mirror", "");
      sheet.field("direction", "", egress ? "egress" : "ingress", "");
    }
    sheet.field("to_dev", " to device ", session.deviceName(mirred.deviceIndex()), ")");
    printControl(" ", mirred.control());
    sheet.line();
  }

  /** What tc says of a verdict that chance has no part in. */
  private void printNoChance() {
    sheet.beginObject("prob");
    sheet.line();
    sheet.field("random_type", "\t random type ", "none", "");
    printControl(" ", 0);
    sheet.field("val", " val ", 0, "");
    sheet.endObject();
  }

  private void printControl(String before, int control) {
    sheet.text(before);
    sheet.beginObject("control_action");
    sheet.field("type", "", GactGrammar.name(control), "");
    if (GactGrammar.isGoto(control)) {
      sheet.field("chain", " chain ", GactGrammar.value(control), "");
    }
    if (GactGrammar.isJump(control)) {
      sheet.field("jump", " ", GactGrammar.value(control), "");
    }
    sheet.endObject();
  }

  private void printIndex(String before, int index, @Nullable ActionState state) {
    sheet.field("index", before, index & 0xffff_ffffL, "");
    if (state != null) {
      sheet.field("ref", " ref ", state.references(), "");
      sheet.field("bind", " bind ", state.bindings(), "");
      if (sheet.options().statistics) {
        printTime("installed", " installed ", state.installedTicks());
        printTime("last_used", " used ", state.usedTicks());
        printTime("first_used", " firstused ", state.firstUsedTicks());
        printTime("expires", " expires ", state.expiresTicks());
      }
    }
    sheet.line();
  }

  private void printTime(String key, String before, long ticks) {
    if (ticks != 0) {
      sheet.field(key, before, ticks / TICKS_PER_SECOND, " sec");
    }
  }

  private void print(ActionState state) {
    if (sheet.options().statistics) {
      sheet.text("\tAction statistics:");
      sheet.line();
      sheet.beginObject("stats");
      StatisticsSheet.print(state.statistics(), "\t", sheet);
      sheet.endObject();
      sheet.line();
    }
    if (state.cookie() != null) {
      sheet.field("cookie", "\tcookie ", state.cookie().toString(), "");
      sheet.line();
    }
    if (state.flags() != 0) {
      if ((state.flags() & NO_PERCPU_STATISTICS) != 0) {
        sheet.truth("no_percpu", true, "\tno_percpu");
      }
      if ((state.flags() & SKIP_HARDWARE) != 0) {
        sheet.truth("skip_hw", true, "\tskip_hw");
      }
      if ((state.flags() & SKIP_SOFTWARE) != 0) {
        sheet.truth("skip_sw", true, "\tskip_sw");
      }
      sheet.line();
    }
    printHardware("hw_stats", state.hardwareStatistics());
    printHardware("used_hw_stats", state.usedHardwareStatistics());
  }

  private void printHardware(String key, @Nullable Integer kinds) {
    if (kinds == null) {
      return;
    }
    sheet.text("\t");
    sheet.text(key);
    sheet.beginArray(key);
    if ((kinds & IMMEDIATE) != 0) {
      sheet.element("immediate", " immediate");
    }
    if ((kinds & DELAYED) != 0) {
      sheet.element("delayed", " delayed");
    }
    if (kinds == 0) {
      sheet.element("disabled", " disabled");
    }
    sheet.endArray();
    sheet.line();
  }
}
