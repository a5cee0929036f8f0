package dev.sluice.kernel.tc;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.ActionSettings;
import dev.sluice.datapath.tc.ActionState;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.kernel.netlink.Attributes;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import dev.sluice.kernel.tc.TcDescriptor.ActionLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The actions of a filter ({@code net/sched/act_api.c}). */
final class ActionCodec {
  private static final Action.Mirred.Mode[] MODES = Action.Mirred.Mode.values();

  private ActionCodec() {}

  /**
   * Actions as read, and what the kernel tells beside them.
   *
   * @param actions the actions
   * @param states as many states
   */
  record Read(List<Action> actions, List<ActionState> states) {
    /** No actions. */
    static final Read NONE = new Read(List.of(), List.of());
  }

  /** Writes an attribute of actions, unless there are none. */
  static void write(MessageWriter out, int attribute, List<Action> actions) {
    if (actions.isEmpty()) {
      return;
    }
    int nest = out.nest(attribute);
    for (int i = 0; i < actions.size(); i++) {
      int order = out.nest(i + 1);
      write(out, actions.get(i));
      out.endNest(order);
    }
    out.endNest(nest);
  }

  private static void write(MessageWriter out, Action action) {
    out.attribute(ActionLayout.KIND, action.kind());
    switch (action) {
      case Action.Mirred mirred -> {
        int options = out.nest(ActionLayout.OPTIONS | NetlinkDescriptor.NLA_F_NESTED);
        int parms = out.nest(ActionLayout.PARMS);
        writeGeneral(out, mirred.index(), mirred.control());
        out.u32(number(mirred.mode())).u32(mirred.deviceIndex());
        out.endNest(parms);
        out.endNest(options);
        write(out, mirred.settings());
      }
      case Action.Gact gact -> {
        int options = out.nest(ActionLayout.OPTIONS | NetlinkDescriptor.NLA_F_NESTED);
        int parms = out.nest(ActionLayout.PARMS);
        writeGeneral(out, gact.index(), gact.control());
        out.endNest(parms);
        out.endNest(options);
        write(out, gact.settings());
      }
      case Action.Unknown unknown ->
          out.attribute(
              ActionLayout.OPTIONS | NetlinkDescriptor.NLA_F_NESTED, unknown.options().toArray());
    }
  }

  private static void write(MessageWriter out, ActionSettings settings) {
    if (settings.cookie() != null) {
      out.attribute(ActionLayout.COOKIE, settings.cookie().toArray());
    }
    if (settings.hardwareStatistics() != null) {
      int kinds = settings.hardwareStatistics();
      writeBits(out, ActionLayout.HW_STATS, kinds, kinds);
    }
    if (settings.withoutPerCpuStatistics()) {
      int flag = ActionLayout.NO_PERCPU_STATS;
      writeBits(out, ActionLayout.FLAGS, flag, flag);
    }
  }

  /** {@code struct nla_bitfield32}. */
  private static void writeBits(MessageWriter out, int attribute, int value, int selector) {
    int bits = out.nest(attribute);
    out.u32(value).u32(selector);
    out.endNest(bits);
  }

  private static void writeGeneral(MessageWriter out, int index, int control) {
    out.u32(index).u32(0).u32(control).u32(0).u32(0);
  }

  private static int number(Action.Mirred.Mode mode) {
    return switch (mode) {
      case EGRESS_REDIRECT -> 1;
      case EGRESS_MIRROR -> 2;
      case INGRESS_REDIRECT -> 3;
      case INGRESS_MIRROR -> 4;
    };
  }

  /** Reads the attribute of actions that {@code in} stands at. */
  static Read read(Attributes in) {
    List<Action> actions = new ArrayList<>(1);
    List<ActionState> states = new ArrayList<>(1);
    Attributes list = in.nested();
    while (list.next()) {
      read(list, actions, states);
    }
    return new Read(actions, states);
  }

  private static void read(Attributes in, List<Action> actions, List<ActionState> states) {
    String kind = "";
    Attributes options = null;
    Statistics statistics = Statistics.ZERO;
    Bytes cookie = null;
    int flags = 0;
    Integer hardwareStatistics = null;
    Integer usedHardwareStatistics = null;
    Integer inHardwareCount = null;
    Attributes action = in.nested();
    while (action.next()) {
      switch (action.type()) {
        case ActionLayout.KIND -> kind = action.string();
        case ActionLayout.OPTIONS -> options = action.here();
        case ActionLayout.STATS ->
            statistics = StatisticsCodec.read(action.nested(), StatisticsCodec.Owner.OTHER, null);
        case ActionLayout.COOKIE -> cookie = action.bytes();
        case ActionLayout.FLAGS -> flags = action.s32(0);
        case ActionLayout.HW_STATS -> hardwareStatistics = action.s32(0);
        case ActionLayout.USED_HW_STATS -> usedHardwareStatistics = action.s32(0);
        case ActionLayout.IN_HW_COUNT -> inHardwareCount = action.s32(0);
        default -> {}
      }
    }
    Attributes parms = null;
    Attributes times = null;
    boolean modelled = kind.equals("mirred") || kind.equals("gact");
    if (options != null && modelled) {
      Attributes own = options.nested();
      while (own.next()) {
        switch (own.type()) {
          case ActionLayout.PARMS -> parms = own.here();
          case ActionLayout.TM -> times = own.here();
          default -> modelled &= isPadding(kind, own.type());
        }
      }
    }
    Action read = modelled && parms != null ? modelled(kind, parms) : null;
    if (read == null) {
      read = new Action.Unknown(kind, options == null ? Bytes.EMPTY : options.bytes());
    }
    actions.add(read);
    states.add(
        new ActionState(
            in.type(),
            parms == null ? 0 : parms.s32(ActionLayout.REFERENCES),
            parms == null ? 0 : parms.s32(ActionLayout.BINDINGS),
            ticks(times, ActionLayout.TM_INSTALLED),
            ticks(times, ActionLayout.TM_LAST_USED),
            ticks(times, ActionLayout.TM_FIRST_USED),
            ticks(times, ActionLayout.TM_EXPIRES),
            cookie,
            hardwareStatistics,
            usedHardwareStatistics,
            flags,
            inHardwareCount,
            statistics));
  }

  /** Whether an option says nothing, so that an action is known although it has it. */
  private static boolean isPadding(String kind, int type) {
    return type == (kind.equals("gact") ? ActionLayout.GACT_PAD : ActionLayout.PAD);
  }

  private static @Nullable Action modelled(String kind, Attributes parms) {
    int index = parms.s32(ActionLayout.INDEX);
    int control = parms.s32(ActionLayout.ACTION);
    if (kind.equals("gact")) {
      return new Action.Gact(control, index);
    }
    int mode = parms.s32(ActionLayout.MIRRED_MODE);
    if (mode < 1 || mode > MODES.length) {
      return null;
    }
    return new Action.Mirred(
        MODES[mode - 1], parms.s32(ActionLayout.MIRRED_DEVICE), control, index);
  }

  private static long ticks(@Nullable Attributes times, int offset) {
    // Kernels before 4.8 end before the last field.
    return times == null || times.length() < offset + Long.BYTES ? 0 : times.s64(offset);
  }
}
