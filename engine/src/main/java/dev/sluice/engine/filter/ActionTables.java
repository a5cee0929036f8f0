package dev.sluice.engine.filter;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The actions of a host by kind and number ({@code tcf_idr_check_alloc} in {@code
 * net/sched/act_api.c}). An action goes with the last filter that uses it.
 */
final class ActionTables {
  /** The bits of a control number that are its own, where the upper ones say what it is. */
  private static final int EXTENDED_VALUE = 0x0fff_ffff;

  /** A control number that skips so many actions. */
  static final int JUMP = 0x1000_0000;

  /** A control number that goes on in another chain. */
  static final int GOTO_CHAIN = 0x2000_0000;

  private final Map<Integer, EngineAction> mirred = new TreeMap<>();
  private final Map<Integer, EngineAction> gact = new TreeMap<>();

  /**
   * The action that a filter asks for: a new one, or the one with the number that it names, whose
   * options then stay as they are.
   *
   * @param filterFlags {@code TCA_CLS_FLAGS_*} of the filter
   */
  EngineAction bind(Action asked, int filterFlags, FilterRequest request, FilterScene scene) {
    EngineAction action =
        switch (asked) {
          case Action.Mirred given -> {
            EngineAction there = mirred.get(given.index());
            yield there != null ? there : make(given, request, scene);
          }
          case Action.Gact given -> {
            EngineAction there = gact.get(given.index());
            yield there != null ? there : make(given, request, scene);
          }
          case Action.Unknown unknown ->
              throw request.unsupported(
                  "action " + unknown.kind(), "the engine has the actions mirred and gact");
        };
    if (action.differsFrom(filterFlags)) {
      throw request.refused(Errno.EINVAL, "Mismatch between action and filter offload flags", null);
    }
    action.bind(settingsOf(asked), filterFlags);
    return action;
  }

  private static ActionSettings settingsOf(Action action) {
    return switch (action) {
      case Action.Mirred mirred -> mirred.settings();
      case Action.Gact gact -> gact.settings();
      case Action.Unknown _ -> ActionSettings.NONE;
    };
  }

  private EngineAction make(Action.Mirred given, FilterRequest request, FilterScene scene) {
    if (given.deviceIndex() == 0) {
      throw request.refused(Errno.EINVAL, "act_mirred: Must specify device or block", null);
    }
    requireControl(given.control(), request);
    if (!scene.redirector().hasDevice(given.deviceIndex())) {
      throw request.refused(
          Errno.ENODEV,
          null,
          "there is no device with index " + given.deviceIndex() + " for mirred to send to");
    }
    int index = number(mirred, given.index());
    EngineAction action =
        new MirredAction(
            given.mode(),
            given.deviceIndex(),
            given.control(),
            index,
            given.settings(),
            scene.now());
    mirred.put(index, action);
    return action;
  }

  private EngineAction make(Action.Gact given, FilterRequest request, FilterScene scene) {
    requireControl(given.control(), request);
    int index = number(gact, given.index());
    EngineAction action = new GactAction(given.control(), index, given.settings(), scene.now());
    gact.put(index, action);
    return action;
  }

  private static int number(Map<Integer, EngineAction> table, int wanted) {
    int index = wanted;
    if (index == 0) {
      index = 1;
      while (table.containsKey(index)) {
        index++;
      }
    }
    return index;
  }

  /** Refuses a control number without a meaning ({@code tcf_action_check_ctrlact}). */
  private static void requireControl(int control, FilterRequest request) {
    int operation = control & ~EXTENDED_VALUE;
    boolean known = operation == 0 ? control <= 8 : operation <= GOTO_CHAIN;
    if (!known) {
      throw request.refused(Errno.EINVAL, "invalid control action", null);
    }
    if (operation == GOTO_CHAIN) {
      throw request.unsupported(
          "goto chain " + (control & EXTENDED_VALUE), "the engine has filter chain 0 only");
    }
  }

  /** How many actions a control number skips; 0 if it is none that skips. */
  static int jumpOf(int control) {
    return (control & ~EXTENDED_VALUE) == JUMP ? control & EXTENDED_VALUE : 0;
  }

  /** Whether a control number skips actions. */
  static boolean isJump(int control) {
    return (control & ~EXTENDED_VALUE) == JUMP;
  }

  /** A filter does not use an action any more. */
  void unbind(@Nullable EngineAction action) {
    if (action != null && action.unbind()) {
      Map<Integer, EngineAction> table =
          switch (action) {
            case MirredAction _ -> mirred;
            case GactAction _ -> gact;
            default -> throw new AssertionError(action);
          };
      table.remove(action.index());
    }
  }
}
