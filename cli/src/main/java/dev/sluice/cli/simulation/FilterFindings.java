package dev.sluice.cli.simulation;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the u32 filters of a host matched: the kernel's other filters count nothing. */
final class FilterFindings {
  private final EngineDatapath datapath;
  private final long nanoseconds;
  private final Host host;
  private final List<Outcome.Filter> filters = new ArrayList<>();

  private FilterFindings(EngineDatapath datapath, Host host, long nanoseconds) {
    this.datapath = datapath;
    this.nanoseconds = nanoseconds;
    this.host = host;
  }

  /**
   * The filters of all devices.
   *
   * @param nanoseconds what rates are taken over
   */
  static List<Outcome.Filter> of(EngineDatapath datapath, Host host, long nanoseconds) {
    FilterFindings findings = new FilterFindings(datapath, host, nanoseconds);
    host.devices().forEach(findings::add);
    return findings.filters;
  }

  private void add(NetDevice device) {
    TrafficControl control = datapath.trafficControl();
    for (QdiscEntry qdisc : control.qdiscs(device.device())) {
      switch (qdisc.qdisc().kind()) {
        case "clsact" -> {
          add(device, Handle.CLSACT_INGRESS, "ingress");
          add(device, Handle.CLSACT_EGRESS, "egress");
        }
        case "ingress" -> add(device, Handle.CLSACT_INGRESS, "ingress");
        case "htb" -> {
          add(device, qdisc.handle(), qdisc.handle().toString());
          control.classes(device.device()).stream()
              .map(entry -> entry.id())
              .filter(id -> id.major() == qdisc.handle().major())
              .forEach(id -> add(device, id, id.toString()));
        }
        default -> {
          // The others take no filters.
        }
      }
    }
  }

  private void add(NetDevice device, Handle place, String name) {
    for (FilterEntry entry : datapath.trafficControl().filters(device.device(), place)) {
      if (entry.filter() instanceof U32 u32 && u32.divisor() == 0 && u32.hits() != null) {
        filters.add(
            new Outcome.Filter(
                device.name() + " " + name,
                "pref " + entry.priority() + " u32 " + U32.handleText(entry.handle()),
                target(u32),
                u32.hits().lookups(),
                Outcome.Amount.of(
                    u32.hits().matches(), datapath.matchedBytes(entry), nanoseconds)));
      }
    }
  }

  private String target(U32 u32) {
    List<String> parts = new ArrayList<>();
    if (u32.classId() != null) {
      parts.add(u32.classId().toString());
    }
    if (u32.link() != 0) {
      parts.add("link " + U32.handleText(u32.link()));
    }
    u32.actions().stream().map(this::action).forEach(parts::add);
    return parts.stream().collect(Collectors.joining(", "));
  }

  private String action(Action action) {
    return switch (action) {
      case Action.Mirred mirred ->
          mirred.mode().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + " to "
              + nameOf(mirred.deviceIndex());
      case Action.Gact gact -> verdict(gact.control());
      case Action.Unknown unknown -> unknown.kind();
    };
  }

  private String nameOf(int index) {
    return host.devices().stream()
        .map(NetDevice::device)
        .filter(device -> device.index() == index)
        .map(Device::name)
        .findFirst()
        .orElse("if" + index);
  }

  private static String verdict(int control) {
    for (Action.Control known : Action.Control.values()) {
      if (known.number() == control) {
        return known.name().toLowerCase(Locale.ROOT);
      }
    }
    return Integer.toString(control);
  }
}
