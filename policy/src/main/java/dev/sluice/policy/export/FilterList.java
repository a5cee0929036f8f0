package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Action.Control;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.export.FilterStep.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the filters at a place, in the order that they are asked. */
final class FilterList {
  private final Datapath datapath;
  private final Device device;
  private final String place;
  private final Notes notes;

  /** The root table of each priority: the oldest, which is listed last. */
  private final Map<Integer, Integer> roots = new HashMap<>();

  /** Filters of tables that links lead to. */
  private final Map<String, Integer> linked = new LinkedHashMap<>();

  private FilterList(Datapath datapath, Device device, String place, Notes notes) {
    this.datapath = datapath;
    this.device = device;
    this.place = place;
    this.notes = notes;
  }

  /**
   * Reads filters; what never decides about a packet is noted and not among them.
   *
   * @param parent the qdisc, class or hook that asks them
   * @param place what notes call it
   */
  static List<FilterStep> read(
      Datapath datapath, Device device, Handle parent, String place, Notes notes) {
    FilterList list = new FilterList(datapath, device, place, notes);
    List<FilterEntry> entries = datapath.trafficControl().filters(device, parent);
    for (FilterEntry entry : entries) {
      if (isReached(entry) && entry.filter() instanceof U32 u32 && u32.selector() == null) {
        list.roots.put(entry.priority(), table(entry.handle()));
      }
    }
    List<FilterStep> steps = new ArrayList<>();
    for (FilterEntry entry : entries) {
      FilterStep step = list.step(entry);
      if (step != null) {
        steps.add(step);
      }
    }
    list.linked.forEach(
        (table, count) ->
            notes.leftOut(
                device,
                table,
                (count == 1 ? "its filter is" : "its " + count + " filters are")
                    + " asked by way of a link only, which a policy has not"));
    return steps;
  }

  private static boolean isReached(FilterEntry entry) {
    return entry.chain() == null || entry.chain() == 0;
  }

  private static int table(int handle) {
    return handle >>> 20;
  }

  private @Nullable FilterStep step(FilterEntry entry) {
    Filter filter = entry.filter();
    if (filter == null) {
      return null; // the head of a list
    }
    String where = "filter pref " + entry.priority() + " at " + place;
    if (!isReached(entry)) {
      notes.leftOut(device, where, "chain " + entry.chain() + " is gone to by an action only");
      return null;
    }
    return switch (filter) {
      case U32 u32 -> step(entry, u32, where);
      case BpfFilter bpf ->
          unknown(entry, where + " (bpf" + name(bpf) + ")", "a program says what it does");
      case Filter.Unknown other ->
          unknown(
              entry,
              where + " (" + other.kind() + ")",
              "of filters, only those of kind u32 are read");
    };
  }

  private static String name(BpfFilter filter) {
    return switch (filter.source()) {
      case BpfFilter.Installed installed when !installed.name().isEmpty() -> " " + installed.name();
      case BpfFilter.Attached attached -> " " + attached.name();
      default -> "";
    };
  }

  private static FilterStep unknown(FilterEntry entry, String where, String why) {
    return new FilterStep(
        where,
        entry.priority(),
        Effect.UNKNOWN,
        null,
        PacketSet.all(
            switch (entry.protocol()) {
              case 0x0800 -> PacketSet.Family.FOUR;
              case 0x86dd -> PacketSet.Family.SIX;
              default -> null;
            }),
        List.of(why),
        List.of());
  }

  private @Nullable FilterStep step(FilterEntry entry, U32 u32, String at) {
    U32.Selector selector = u32.selector();
    if (selector == null) {
      return null; // a hash table
    }
    String where = at + " (" + U32.handleText(entry.handle()) + ")";
    Integer root = roots.get(entry.priority());
    if (root != null && root != table(entry.handle())) {
      linked.merge(
          at + ", table " + Integer.toHexString(table(entry.handle())) + ":", 1, Integer::sum);
      return null;
    }
    if (u32.link() == 0 && (selector.flags() & U32.Selector.TERMINAL) == 0) {
      notes.leftOut(device, where, "it neither ends the search nor links on, so it does nothing");
      return null;
    }
    U32Packets.Reading reading = U32Packets.read(entry.protocol(), u32);
    PacketSet packets = reading.packets();
    if (packets == null) {
      notes.leftOut(device, where, "no packet can fit it");
      return null;
    }
    List<String> unsayable = new ArrayList<>(reading.unsayable());
    if (u32.link() != 0) {
      unsayable.add("it goes on in table " + U32.handleText(u32.link()));
    }
    if (u32.inDevice() != null) {
      unsayable.add("it asks for the device that a packet came in on (" + u32.inDevice() + ")");
    }
    if ((u32.flags() & Filter.SKIP_SOFTWARE) != 0) {
      unsayable.add("it is in the device's hardware only (skip_sw)");
    }
    if (u32.police() != null) {
      unsayable.add("it polices");
    }
    Effect effect = effect(u32.actions(), unsayable);
    if (effect == null) {
      notes.leftOut(device, where, "it lets the next filter decide, so it only counts");
      return null;
    }
    return new FilterStep(
        where,
        entry.priority(),
        u32.link() != 0 || u32.police() != null ? Effect.UNKNOWN : effect,
        u32.classId(),
        packets,
        unsayable,
        reading.remarks());
  }

  /** What actions do; null for nothing. What is not known is added to what cannot be said. */
  private @Nullable Effect effect(List<Action> actions, List<String> unsayable) {
    if (actions.isEmpty()) {
      return Effect.ACCEPT;
    }
    if (actions.size() == 1 && actions.getFirst() instanceof Action.Gact gact) {
      if (gact.control() == Control.OK.number()) {
        return Effect.ACCEPT;
      } else if (gact.control() == Control.DROP.number()) {
        return Effect.DROP;
      } else if (gact.control() == Control.CONTINUE.number()) {
        return null;
      }
    }
    for (Action action : actions) {
      unsayable.add(
          switch (action) {
            case Action.Mirred mirred ->
                (switch (mirred.mode()) {
                      case EGRESS_REDIRECT, INGRESS_REDIRECT -> "it redirects packets to ";
                      case EGRESS_MIRROR, INGRESS_MIRROR -> "it copies packets to ";
                    })
                    + deviceName(mirred.deviceIndex());
            case Action.Gact gact -> "its verdict is neither pass nor drop: " + control(gact);
            case Action.Unknown unknown -> "its action " + unknown.kind() + " is not known";
          });
    }
    return Effect.UNKNOWN;
  }

  private static String control(Action.Gact gact) {
    for (Control control : Control.values()) {
      if (control.number() == gact.control()) {
        return control.name().toLowerCase(Locale.ROOT);
      }
    }
    return Integer.toString(gact.control());
  }

  private String deviceName(int index) {
    return datapath.devices().stream()
        .filter(one -> one.index() == index)
        .map(Device::name)
        .findFirst()
        .orElse("device number " + index);
  }
}
