package dev.sluice.cli.doctor;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.classic.ClassicFilters;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Qdisc;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The filters at the classic hooks of a device. Of BPF filters with one priority the newest is
 * asked first ({@code cls_bpf_change} in {@code net/sched/cls_bpf.c}), so their order is that in
 * which their owners happened to start.
 *
 * @param datapath where it is
 * @param device a device
 */
record FilterFindings(Datapath datapath, Device device) {
  void addTo(List<Finding> findings) {
    List<Qdisc> atHooks =
        datapath.trafficControl().qdiscs(device).stream()
            .map(entry -> entry.qdisc())
            .filter(qdisc -> qdisc instanceof Qdisc.Clsact || qdisc instanceof Qdisc.Ingress)
            .toList();
    if (atHooks.isEmpty()) {
      return;
    }
    boolean clsact = atHooks.getFirst() instanceof Qdisc.Clsact;
    int filters = 0;
    for (Direction direction : Direction.values()) {
      if (clsact || direction == Direction.INGRESS) {
        AttachPoint.Clsact at = new AttachPoint.Clsact(device, direction);
        List<FilterEntry> there = ClassicFilters.at(datapath.trafficControl(), at);
        filters += there.size();
        addShared(at, there, findings);
      }
    }
    if (filters == 0) {
      String kind = clsact ? "clsact" : "ingress";
      findings.add(
          new Finding(
              Check.EMPTY_CLSACT,
              device.name(),
              "its " + kind + " qdisc holds no filter in chain 0",
              "if nobody is about to use it: sluice tc qdisc del dev " + device + " " + kind));
    }
  }

  private void addShared(AttachPoint at, List<FilterEntry> filters, List<Finding> findings) {
    TreeMap<Integer, List<FilterEntry>> byPriority = new TreeMap<>();
    for (FilterEntry entry : filters) {
      if (entry.filter() instanceof BpfFilter) {
        byPriority.computeIfAbsent(entry.priority(), _ -> new ArrayList<>()).add(entry);
      }
    }
    byPriority.forEach(
        (priority, sharing) -> {
          if (sharing.size() > 1) {
            findings.add(
                new Finding(
                    Check.SHARED_PRIORITY,
                    at.toString(),
                    "%d BPF filters have priority %d, and of these the newest runs first: %s"
                        .formatted(
                            sharing.size(),
                            priority,
                            sharing.stream()
                                .map(FilterFindings::title)
                                .collect(Collectors.joining(", "))),
                    "attach each with a priority of its own, or to TCX, where order is told"));
          }
        });
  }

  private static String title(FilterEntry entry) {
    String program =
        entry.filter() instanceof BpfFilter filter
                && filter.source() instanceof BpfFilter.Installed installed
            ? installed.name() + " (id " + installed.id() + ")"
            : entry.kind();
    return program + " with handle 0x" + Integer.toHexString(entry.handle());
  }
}
