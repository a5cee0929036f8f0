package dev.sluice.engine.filter;

import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.engine.chain.VerdictTable;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a filter does with packets that match, in order ({@code struct tcf_exts}). */
final class ActionList {
  /** Most actions of a filter, and most turns of one ({@code TCA_ACT_MAX_PRIO}). */
  static final int MOST = 32;

  private final FilterScene scene;
  private final EngineAction[] actions;

  private ActionList(FilterScene scene, EngineAction[] actions) {
    this.scene = scene;
    this.actions = actions;
  }

  /** The actions that a filter asks for. Where one is refused, none is made. */
  static ActionList bind(
      List<Action> asked, int filterFlags, FilterRequest request, FilterScene scene) {
    if (asked.size() > MOST) {
      throw request.invalid("a filter has up to " + MOST + " actions: " + asked.size());
    }
    EngineAction[] actions = new EngineAction[asked.size()];
    int count = 0;
    try {
      for (Action action : asked) {
        actions[count] = scene.actions().bind(action, filterFlags, request, scene);
        count++;
      }
      return new ActionList(scene, actions);
    } finally {
      for (int i = 0; count < actions.length && i < count; i++) {
        scene.actions().unbind(actions[i]);
      }
    }
  }

  /** Lets go of the actions. */
  void unbind() {
    for (EngineAction action : actions) {
      scene.actions().unbind(action);
    }
  }

  /**
   * Does them to a packet ({@code tcf_action_exec} in {@code net/sched/act_api.c}).
   *
   * @return the {@code TC_ACT_*} number that the last one left, 0 where there is none, or {@link
   *     EngineAction#CONSUMED}
   */
  int run(SocketBuffer packet, boolean atIngress) {
    int verdict = VerdictTable.OK;
    int jumps = MOST;
    int skip = 0;
    int i = 0;
    while (i < actions.length) {
      if (skip > 0) {
        skip--;
        i++;
        continue;
      }
      verdict = repeat(actions[i], packet, atIngress);
      if (ActionTables.isJump(verdict)) {
        skip = ActionTables.jumpOf(verdict);
        jumps--;
        if (skip == 0 || skip > actions.length || jumps == 0) {
          return VerdictTable.OK; // it leads nowhere, or in circles
        }
        i = 0;
        continue;
      }
      if (verdict != VerdictTable.PIPE) {
        return verdict;
      }
      i++;
    }
    return verdict;
  }

  private int repeat(EngineAction action, SocketBuffer packet, boolean atIngress) {
    int verdict = VerdictTable.REPEAT;
    for (int turn = 0; turn < MOST && verdict == VerdictTable.REPEAT; turn++) {
      verdict = action.run(packet, atIngress, scene);
    }
    return verdict == VerdictTable.REPEAT ? VerdictTable.OK : verdict;
  }

  /** What they are, as listed. */
  List<Action> describe() {
    List<Action> described = new ArrayList<>(actions.length);
    for (EngineAction action : actions) {
      described.add(action.describe(scene));
    }
    return described;
  }

  /** What is told beside what they are. */
  List<ActionState> states() {
    List<ActionState> states = new ArrayList<>(actions.length);
    long now = scene.now();
    for (int i = 0; i < actions.length; i++) {
      states.add(actions[i].state(i + 1, now));
    }
    return states;
  }
}
