package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What the areas about qdiscs, classes and filters have in common. All is done at one device. */
public abstract class TrafficSuite extends Suite {
  static final Handle ONE = Handle.of(1, 0);
  static final Rate FAST = Rate.megabits(800);

  /** Slow enough that nothing more than the bucket leaves during a test: 100 bytes a second. */
  static final Rate SLOW = Rate.bits(800);

  final List<String> apply(Change change) {
    return trafficControl().apply(change);
  }

  final void addRoot(Handle handle, Qdisc qdisc) {
    apply(Change.OfQdisc.add(device(), Handle.ROOT, handle, qdisc));
  }

  final void addClsact() {
    apply(Change.OfQdisc.add(device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
  }

  /** A root {@code htb 1:} with a default class. */
  final void addHtb(int defaultMinor) {
    addRoot(ONE, Htb.withDefault(defaultMinor));
  }

  final void addClass(Handle parent, int minor, Rate rate, Rate ceil) {
    apply(Change.OfClass.add(device(), parent, Handle.of(1, minor), htbClass(rate, ceil)));
  }

  static TrafficClass.HtbClass htbClass(Rate rate, Rate ceil) {
    return TrafficClass.HtbClass.of(rate, ceil);
  }

  /** A class whose bucket lets a burst through at once. */
  static TrafficClass.HtbClass htbClass(Rate rate, Rate ceil, long burst) {
    return new TrafficClass.HtbClass(
        RateSpec.of(rate),
        RateSpec.of(ceil),
        Bucket.of(rate, burst),
        Bucket.of(ceil, burst),
        0,
        0,
        0);
  }

  final void addFilter(Handle parent, int priority, Filter filter) {
    apply(Change.OfFilter.add(device(), parent, priority, Frame.IPV4, filter));
  }

  final List<QdiscEntry> qdiscs() {
    return trafficControl().qdiscs(device());
  }

  final QdiscEntry root() {
    return qdiscs().stream().filter(QdiscEntry::isRoot).findFirst().orElseThrow();
  }

  final Optional<ClassEntry> findClass(int minor) {
    return trafficControl().classes(device()).stream()
        .filter(entry -> entry.id().equals(Handle.of(1, minor)))
        .findFirst();
  }

  final ClassEntry classEntry(int minor) {
    return findClass(minor).orElseThrow();
  }

  /** Filters without the heads of their lists. */
  final List<FilterEntry> filters(Handle parent) {
    return trafficControl().filters(device(), parent).stream()
        .filter(entry -> entry.filter() != null)
        .toList();
  }

  /** Sends frames from the left host and waits until so many came to the right one. */
  final void transmit(List<Frame> frames, int arriving) {
    try (Capture capture = testbed().right().capture()) {
      frames.forEach(testbed().left()::send);
      assertThat(labels(capture, arriving)).hasSize(arriving);
    }
  }

  final void transmit(Frame... frames) {
    transmit(List.of(frames), frames.length);
  }

  /** How many packets each leaf class of {@code 1:} has sent, by minor number, without zeros. */
  final SortedMap<Integer, Long> packetsByClass() {
    SortedMap<Integer, Long> packets = new TreeMap<>();
    for (ClassEntry entry : trafficControl().classes(device())) {
      boolean leaf = entry.trafficClass() instanceof TrafficClass.HtbClass htb && htb.level() == 0;
      if (leaf && entry.statistics().packets() > 0) {
        packets.put(entry.id().minor(), entry.statistics().packets());
      }
    }
    return packets;
  }

  /** Waits until a root qdisc's counters are as wished. */
  final Statistics rootStatistics(Predicate<Statistics> wished) {
    return Await.until(() -> root().statistics(), wished);
  }

  /** A frame whose whole length, with its Ethernet header, is so many bytes. */
  static Frame ofLength(int bytes) {
    Frame empty = Frame.labelled("");
    return Frame.labelled("x".repeat(bytes - empty.length()));
  }
}
