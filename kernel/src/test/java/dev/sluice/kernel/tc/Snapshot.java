package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything that is configured on a device, without counters, to be compared. */
final class Snapshot {
  private Snapshot() {}

  static List<String> of(TrafficControl tc, Device device) {
    List<String> lines = new ArrayList<>();
    Set<Handle> parents = new LinkedHashSet<>();
    for (QdiscEntry entry : tc.qdiscs(device)) {
      lines.add(entry.handle() + " at " + entry.parent() + ": " + entry.qdisc());
      if (entry.parent().equals(Handle.CLSACT)) {
        parents.add(Handle.CLSACT_INGRESS);
        parents.add(Handle.CLSACT_EGRESS);
      } else if (!entry.handle().isUnspecified()) {
        parents.add(entry.handle());
      }
    }
    for (ClassEntry entry : tc.classes(device)) {
      lines.add(
          entry.id()
              + " below "
              + entry.parent()
              + " leaf "
              + entry.leaf()
              + ": "
              + entry.trafficClass());
      parents.add(entry.id());
    }
    for (Handle parent : parents) {
      for (FilterEntry entry : tc.filters(device, parent)) {
        lines.add(
            parent
                + " priority "
                + entry.priority()
                + " protocol "
                + entry.protocol()
                + " chain "
                + entry.chain()
                + " "
                + Integer.toHexString(entry.handle())
                + ": "
                + entry.filter());
      }
    }
    lines.sort(null);
    return lines;
  }
}
