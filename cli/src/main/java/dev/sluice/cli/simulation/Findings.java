package dev.sluice.cli.simulation;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.engine.measure.Drops;
import dev.sluice.engine.measure.Meter;
import dev.sluice.engine.measure.Traffic;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation left to be read: meters and counters.
 *
 * @param seed what all chance followed from
 * @param nanoseconds how long packets were sent for
 * @param datapath the host's datapath, with the counters
 * @param host the host
 * @param meter what was measured
 * @param flowNames the names of flows by their number
 * @param programs the programs that were attached
 * @param warnings what looks wrong
 */
public record Findings(
    long seed,
    long nanoseconds,
    Datapath datapath,
    Host host,
    Meter meter,
    List<String> flowNames,
    List<AttachedProgram> programs,
    List<String> warnings) {

  private static final long SECOND = 1_000_000_000L;
  private static final int NEXT = -1;
  private static final int PASS = 0;
  private static final int DROP = 2;
  private static final int REDIRECT = 7;
  private static final int OTHER = 8;

  /** The numbers, as they are told. */
  public Outcome outcome() {
    return new Outcome(
        datapath.name(),
        seed,
        nanoseconds,
        flows(),
        host.devices().stream().map(this::device).toList(),
        programs.stream().map(Findings::program).toList(),
        filters(),
        meter.drops().stream().map(Findings::drop).toList(),
        List.copyOf(warnings));
  }

  private Outcome.Amount amount(Traffic traffic) {
    return amount(traffic.packets(), traffic.bytes(), traffic);
  }

  /** A queue may empty long behind the last sender: that time counts, or its rate looks higher. */
  private Outcome.Amount amount(long packets, long bytes, Traffic span) {
    long time = Math.max(nanoseconds, span.last());
    return new Outcome.Amount(packets, bytes, Math.round(8.0 * bytes * SECOND / time));
  }

  private static Outcome.Delay delay(Traffic traffic) {
    return new Outcome.Delay(
        traffic.delayPercentile(50), traffic.delayPercentile(99), traffic.longestDelay());
  }

  private List<Outcome.Flow> flows() {
    List<Outcome.Flow> flows = new ArrayList<>();
    for (int tag = 0; tag < flowNames.size(); tag++) {
      Meter.FlowMeter flow = meter.flow(tag);
      boolean silent = flow.offered().packets() == 0 && flow.received().packets() == 0;
      if (tag > 0 || !silent) {
        flows.add(
            new Outcome.Flow(
                flowNames.get(tag),
                amount(flow.offered()),
                amount(flow.received()),
                flow.dropped(),
                delay(flow.sent())));
      }
    }
    return flows;
  }

  private Outcome.Device device(NetDevice device) {
    Traffic sent = meter.sentBy(device);
    long dropped =
        datapath.trafficControl().qdiscs(device.device()).stream()
            .filter(QdiscEntry::isRoot)
            .mapToLong(entry -> entry.statistics().drops())
            .sum();
    return new Outcome.Device(
        device.name(), amount(sent), dropped, delay(sent), classes(device, sent));
  }

  private List<Outcome.TrafficClass> classes(NetDevice device, Traffic all) {
    Map<Handle, Traffic> measured = meter.classesOf(device);
    Map<Handle, ClassEntry> entries = new LinkedHashMap<>();
    datapath.trafficControl().classes(device.device()).stream()
        .filter(entry -> entry.trafficClass() instanceof TrafficClass.HtbClass)
        .forEach(entry -> entries.put(entry.id(), entry));
    List<Outcome.TrafficClass> classes = new ArrayList<>();
    entries.forEach((id, entry) -> classes.add(ofEntry(entry, measured.get(id), all)));
    measured.forEach(
        (id, traffic) -> {
          if (!entries.containsKey(id) && !entries.isEmpty()) {
            classes.add(
                new Outcome.TrafficClass(
                    "unclassified",
                    amount(traffic),
                    share(traffic.bytes(), all.bytes()),
                    null,
                    null,
                    null,
                    null,
                    0,
                    delay(traffic)));
          }
        });
    return classes;
  }

  private Outcome.TrafficClass ofEntry(ClassEntry entry, @Nullable Traffic measured, Traffic all) {
    TrafficClass.HtbClass options = (TrafficClass.HtbClass) entry.trafficClass();
    var statistics = entry.statistics();
    var own = (dev.sluice.datapath.tc.Statistics.HtbClass) statistics.own();
    return new Outcome.TrafficClass(
        entry.id().toString(),
        amount(statistics.packets(), statistics.bytes(), measured == null ? all : measured),
        share(statistics.bytes(), all.bytes()),
        options.rate().rate().bitsPerSecond(),
        options.ceil().rate().bitsPerSecond(),
        own == null ? null : own.lends(),
        own == null ? null : own.borrows(),
        statistics.drops(),
        measured == null ? null : delay(measured));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
  }

  private static Outcome.Program program(AttachedProgram attached) {
    long[] counts = new long[OTHER + 2];
    long runs = 0;
    for (int verdict = NEXT; verdict <= OTHER; verdict++) {
      counts[verdict + 1] = attached.program().verdictCount(verdict);
      runs += counts[verdict + 1];
    }
    return new Outcome.Program(
        attached.at().toString(),
        attached.program().spec().name(),
        runs,
        counts[NEXT + 1],
        counts[PASS + 1],
        counts[DROP + 1],
        counts[REDIRECT + 1]);
  }

  private List<Outcome.Filter> filters() {
    List<Outcome.Filter> filters = new ArrayList<>();
    TrafficControl control = datapath.trafficControl();
    for (NetDevice device : host.devices()) {
      List<Handle> places = new ArrayList<>();
      for (QdiscEntry qdisc : control.qdiscs(device.device())) {
        if (qdisc.parent().equals(Handle.CLSACT)) {
          places.add(Handle.CLSACT_INGRESS);
          places.add(Handle.CLSACT_EGRESS);
        } else if (qdisc.qdisc().kind().equals("htb")) {
          places.add(qdisc.handle());
        }
      }
      for (Handle place : places) {
        for (FilterEntry entry : control.filters(device.device(), place)) {
          if (entry.filter() != null) {
            filters.add(filter(device, place, entry));
          }
        }
      }
    }
    return filters.stream().filter(filter -> filter.lookups() >= 0).toList();
  }

  private static Outcome.Filter filter(NetDevice device, Handle place, FilterEntry entry) {
    String where =
        place.equals(Handle.CLSACT_INGRESS)
            ? "ingress"
            : place.equals(Handle.CLSACT_EGRESS) ? "egress" : place.toString();
    String flow = "";
    long lookups = -1;
    long matches = 0;
    if (entry.filter() instanceof U32 u32 && u32.divisor() == 0) {
      flow = u32.classId() == null ? "" : u32.classId().toString();
      if (u32.hits() != null) {
        lookups = u32.hits().lookups();
        matches = u32.hits().matches();
      }
    }
    String name = "pref " + entry.priority() + " " + entry.kind();
    int handle = entry.handle();
    name +=
        " %x:%s:%x"
            .formatted(
                handle >>> 20,
                (handle >>> 12 & 0xff) == 0 ? "" : Integer.toHexString(handle >>> 12 & 0xff),
                handle & 0xfff);
    return new Outcome.Filter(device.name() + " " + where, name, flow, lookups, matches);
  }

  private static Outcome.Drop drop(Drops drops) {
    var place = drops.place();
    String by = place.culprit();
    if (!place.handle().isUnspecified()) {
      by += place.handle().minor() == 0 ? "" : " of class " + place.handle();
    }
    return new Outcome.Drop(
        place.device(), place.cause().text(), by, drops.packets(), drops.bytes());
  }
}
