package dev.sluice.cli.simulation;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.measure.Drops;
import dev.sluice.engine.measure.Meter;
import dev.sluice.engine.measure.Traffic;
import dev.sluice.engine.net.DropPlace;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.policy.plan.Installation;
import dev.sluice.policy.program.Tables.Count;
import dev.sluice.policy.rule.RuleName;
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
 * @param sentInTime bytes that had left by each class when the senders ended
 * @param flowNames the names of flows by their number
 * @param programs the programs that were attached
 * @param policies what policies put in place; null without any
 * @param counts what their rules counted
 * @param warnings what looks wrong
 */
public record Findings(
    long seed,
    long nanoseconds,
    EngineDatapath datapath,
    Host host,
    Meter meter,
    Map<NetDevice, Map<Handle, Long>> sentInTime,
    List<String> flowNames,
    List<AttachedProgram> programs,
    @Nullable Installation policies,
    Map<RuleName, Count> counts,
    List<String> warnings) {

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
            programs.stream().map(this::program).toList(),
            FilterFindings.of(datapath, host, nanoseconds),
            rules(),
            meter.drops().stream().map(Findings::drop).toList(),
            List.of(),
            List.copyOf(warnings),
            List.of())
        .observed();
  }

  private Outcome.Amount amount(Traffic traffic) {
    return amount(traffic.packets(), traffic.bytes(), traffic.bytesInTime());
  }

  private Outcome.Amount amount(long packets, long bytes, long bytesInTime) {
    return new Outcome.Amount(
        packets, bytes, Outcome.Amount.of(packets, bytesInTime, nanoseconds).bitsPerSecond());
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
    long dropped = 0;
    long queued = 0;
    for (QdiscEntry qdisc : datapath.trafficControl().qdiscs(device.device())) {
      if (qdisc.isRoot()) {
        dropped += qdisc.statistics().drops();
        queued += qdisc.statistics().queueLength();
      }
    }
    return new Outcome.Device(
        device.name(), amount(sent), dropped, queued, delay(sent), classes(device, sent));
  }

  private List<Outcome.TrafficClass> classes(NetDevice device, Traffic all) {
    Map<Handle, Traffic> measured = meter.classesOf(device);
    Map<Handle, ClassEntry> entries = new LinkedHashMap<>();
    boolean isClassful =
        datapath.trafficControl().qdiscs(device.device()).stream()
            .anyMatch(entry -> entry.qdisc().kind().equals("htb"));
    datapath.trafficControl().classes(device.device()).stream()
        .filter(entry -> entry.trafficClass() instanceof TrafficClass.HtbClass)
        .forEach(entry -> entries.put(entry.id(), entry));
    List<Outcome.TrafficClass> classes = new ArrayList<>();
    Map<Handle, Long> inTime = sentInTime.getOrDefault(device, Map.of());
    entries.forEach(
        (id, entry) ->
            classes.add(
                ofEntry(entry, measured.get(id), all, inTime.getOrDefault(entry.id(), 0L))));
    measured.forEach(
        (id, traffic) -> {
          if (!entries.containsKey(id) && isClassful) {
            classes.add(
                new Outcome.TrafficClass(
                    "unclassified",
                    amount(traffic),
                    share(traffic.bytesInTime(), all.bytesInTime()),
                    null,
                    null,
                    null,
                    null,
                    0,
                    0,
                    delay(traffic)));
          }
        });
    return classes;
  }

  private Outcome.TrafficClass ofEntry(
      ClassEntry entry, @Nullable Traffic measured, Traffic all, long bytesInTime) {
    TrafficClass.HtbClass options = (TrafficClass.HtbClass) entry.trafficClass();
    var statistics = entry.statistics();
    var own = (dev.sluice.datapath.tc.Statistics.HtbClass) statistics.own();
    return new Outcome.TrafficClass(
        className(entry),
        amount(statistics.packets(), statistics.bytes(), bytesInTime),
        share(bytesInTime, all.bytesInTime()),
        options.rate().rate().bitsPerSecond(),
        options.ceil().rate().bitsPerSecond(),
        own == null ? null : own.lends(),
        own == null ? null : own.borrows(),
        statistics.drops(),
        statistics.queueLength(),
        measured == null ? null : delay(measured));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
  }

  private Outcome.Program program(AttachedProgram attached) {
    long[] counts = new long[OTHER + 2];
    long runs = 0;
    for (int verdict = NEXT; verdict <= OTHER; verdict++) {
      counts[verdict + 1] = attached.program().verdictCount(verdict);
      runs += counts[verdict + 1];
    }
    return new Outcome.Program(
        attached.at().toString(),
        attached.program().spec().name(),
        Outcome.Amount.of(runs, attached.program().bytes(), nanoseconds),
        runs - counts[PASS + 1] - counts[DROP + 1] - counts[REDIRECT + 1],
        counts[PASS + 1],
        counts[DROP + 1],
        counts[REDIRECT + 1]);
  }

  private List<Outcome.Rule> rules() {
    List<Outcome.Rule> rules = new ArrayList<>();
    counts.forEach(
        (name, count) ->
            rules.add(
                new Outcome.Rule(
                    name.policy(),
                    name.kind().text(),
                    name.name(),
                    Outcome.Amount.of(count.packets(), count.bytes(), nanoseconds))));
    return rules;
  }

  /** What a policy calls a class, behind its handle. */
  private String className(ClassEntry entry) {
    String name = policies == null ? null : policies.classNames(entry.device()).get(entry.id());
    return name == null ? entry.id().toString() : entry.id() + " " + name;
  }

  private static Outcome.Drop drop(Drops drops) {
    var place = drops.place();
    return new Outcome.Drop(
        place.device(), place.cause().text(), culprit(place), drops.packets(), drops.bytes());
  }

  /** Who dropped something, and for which class. */
  static String culprit(DropPlace place) {
    return place.culprit() + (place.handle().minor() == 0 ? "" : " of class " + place.handle());
  }
}
