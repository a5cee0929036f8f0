package dev.sluice.cli.demo;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All counters of the sending device at one moment, and what has arrived.
 *
 * @param nanoTime the moment, as {@link System#nanoTime} counts
 * @param root the root qdisc's counters
 * @param classes the classes' counters
 * @param leafBytes bytes sent by all leaf classes together
 * @param received payload bytes that arrived, by flow name
 */
record Reading(
    long nanoTime,
    Statistics root,
    Map<Handle, Statistics> classes,
    long leafBytes,
    Map<String, Long> received) {
  /** Reads the kernel's counters of a device. */
  static Reading of(Datapath datapath, Device device, List<? extends Stream> streams) {
    long before = System.nanoTime();
    Statistics root =
        datapath.trafficControl().qdiscs(device).stream()
            .filter(QdiscEntry::isRoot)
            .findFirst()
            .orElseThrow(() -> new NotFound("root qdisc of", device.name()))
            .statistics();
    Map<Handle, Statistics> classes = new HashMap<>();
    long leafBytes = 0;
    for (ClassEntry entry : datapath.trafficControl().classes(device)) {
      classes.put(entry.id(), entry.statistics());
      if (entry.trafficClass() instanceof TrafficClass.HtbClass htb && htb.level() == 0) {
        leafBytes += entry.statistics().bytes();
      }
    }
    long after = System.nanoTime();
    Map<String, Long> received = new HashMap<>();
    streams.forEach(stream -> received.put(stream.flow().name(), stream.received()));
    return new Reading(
        before + (after - before) / 2, root, Map.copyOf(classes), leafBytes, Map.copyOf(received));
  }

  /** Bytes sent so far. */
  long bytes(Counter counter) {
    return switch (counter) {
      case Counter.Root _ -> root.bytes();
      case Counter.OfClass(Handle id) -> statistics(id).bytes();
      case Counter.Unclassified _ -> root.bytes() - leafBytes;
    };
  }

  /** Packets dropped so far. What no class takes has no counter of its own: the device's. */
  long drops(Counter counter) {
    return switch (counter) {
      case Counter.Root _, Counter.Unclassified _ -> root.drops();
      case Counter.OfClass(Handle id) -> statistics(id).drops();
    };
  }

  /** Packets that an HTB class sent at an ancestor's expense so far; 0 for anything else. */
  long borrows(Counter counter) {
    return counter instanceof Counter.OfClass(Handle id)
            && statistics(id).own() instanceof Statistics.HtbClass htb
        ? htb.borrows()
        : 0;
  }

  /** Packets that wait, on the whole device. */
  long waiting() {
    return root.queueLength();
  }

  private Statistics statistics(Handle id) {
    Statistics found = classes.get(id);
    if (found == null) {
      throw new NotFound("class", id.toString());
    }
    return found;
  }
}
