package dev.sluice.datapath.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LintTest {
  private static final Device ETH0 = new Device(2, "eth0");
  private static final Handle QDISC = Handle.of(1, 0);
  private static final Handle INNER = Handle.of(1, 1);
  private static final Handle LEAF = Handle.of(1, 0x10);

  private final Listed listed = new Listed();
  private final Lint lint = new Lint(listed, LintTest::withoutMarks);

  private static Capabilities withoutMarks() {
    return new Capabilities(
        Map.of(Feature.U32_MARK, new Capabilities.Support.Missing("match mark was ignored")));
  }

  private List<Rule> rulesOf(Change change) {
    lint.prepare(List.of(change));
    List<Rule> rules = lint.check(change).stream().map(Finding::rule).toList();
    lint.done(change);
    return rules;
  }

  private static Change qdisc(Tbf tbf) {
    return Change.OfQdisc.add(ETH0, Handle.ROOT, QDISC, tbf);
  }

  private static Change.OfClass trafficClass(Handle parent, Handle id, long rate, long ceil) {
    return Change.OfClass.add(
        ETH0, parent, id, HtbClass.of(Rate.megabits(rate), Rate.megabits(ceil)));
  }

  private static Change filter(U32 u32) {
    return Change.OfFilter.add(ETH0, QDISC, 1, Change.OfFilter.ALL_PROTOCOLS, u32);
  }

  private static U32 to(Handle chosen) {
    return U32.matching(List.of(new U32.Key(0, 0, 0, 0)), chosen);
  }

  @Test
  void aBucketHoldsAFrameAndLastsForATimer() {
    assertThat(rulesOf(qdisc(Tbf.of(Rate.megabits(10), 4096, 1000)))).isEmpty();
    assertThat(rulesOf(qdisc(Tbf.of(Rate.megabits(10), 1000, 1000))))
        .containsExactly(Rule.BURST_HOLDS_FRAME);
    assertThat(rulesOf(qdisc(Tbf.of(Rate.megabits(100), 4096, 1000))))
        .containsExactly(Rule.BURST_OUTLASTS_TIMER);
    Rate none = new Rate(0);
    assertThat(rulesOf(qdisc(new Tbf(RateSpec.of(none), Bucket.of(none, 4096), null, null, 5000))))
        .containsExactly(Rule.RATE_NOT_ZERO);
  }

  @Test
  void aCeilingIsNotBelowTheRate() {
    assertThat(rulesOf(trafficClass(QDISC, INNER, 2, 2))).isEmpty();
    assertThat(rulesOf(trafficClass(QDISC, LEAF, 2, 1))).containsExactly(Rule.CEIL_NOT_BELOW_RATE);
  }

  @Test
  void aParentExists() {
    assertThat(rulesOf(trafficClass(INNER, LEAF, 1, 1))).containsExactly(Rule.PARENT_EXISTS);
    assertThat(rulesOf(trafficClass(QDISC, INNER, 1, 1))).isEmpty();
    assertThat(rulesOf(trafficClass(INNER, Handle.of(1, 0x11), 1, 1))).isEmpty();
    assertThat(listed.listings).isEqualTo(1);
  }

  @Test
  void classesThatAreThereAreKnown() {
    listed.classes.add(entry(INNER, Handle.ROOT, 10));
    assertThat(rulesOf(trafficClass(INNER, LEAF, 8, 8))).isEmpty();
    assertThat(rulesOf(filter(to(LEAF)))).isEmpty();
    assertThat(rulesOf(filter(to(Handle.of(1, 0x99))))).containsExactly(Rule.CHOSEN_CLASS_EXISTS);
    assertThat(rulesOf(Change.OfClass.delete(ETH0, LEAF))).isEmpty();
    assertThat(rulesOf(filter(to(LEAF)))).containsExactly(Rule.CHOSEN_CLASS_EXISTS);
  }

  private static ClassEntry entry(Handle id, Handle parent, long megabits) {
    Rate rate = Rate.megabits(megabits);
    return new ClassEntry(
        ETH0, id, parent, Handle.UNSPECIFIED, HtbClass.of(rate, rate), Statistics.ZERO);
  }

  @Test
  void childrenThatDoNotFitAreToldOnce() {
    rulesOf(trafficClass(QDISC, INNER, 10, 10));
    assertThat(rulesOf(trafficClass(INNER, Handle.of(1, 2), 6, 10))).isEmpty();
    assertThat(rulesOf(trafficClass(INNER, Handle.of(1, 3), 4, 10))).isEmpty();
    assertThat(rulesOf(trafficClass(INNER, Handle.of(1, 4), 1, 10)))
        .containsExactly(Rule.CHILDREN_FIT);
    assertThat(rulesOf(trafficClass(INNER, Handle.of(1, 5), 1, 10))).isEmpty();
  }

  @Test
  void aChangedClassCountsOnce() {
    rulesOf(trafficClass(QDISC, INNER, 10, 10));
    rulesOf(trafficClass(INNER, LEAF, 6, 10));
    Change.OfClass add = trafficClass(INNER, LEAF, 10, 10);
    Change change =
        new Change.OfClass(Verb.CHANGE, ETH0, INNER, LEAF, "htb", add.trafficClass(), null);
    assertThat(rulesOf(change)).isEmpty();
  }

  @Test
  void aFilterActsAndMatchesWhatItSays() {
    U32 idle =
        new U32(
            null,
            0,
            0,
            0,
            new U32.Selector(0, 0, 0, 0, 0, 0, 0, List.of()),
            null,
            null,
            0,
            List.of(),
            null,
            null);
    assertThat(rulesOf(filter(idle))).containsExactly(Rule.FILTER_ACTS);
    U32 marked =
        new U32(
            QDISC,
            0,
            0,
            0,
            U32.Selector.terminal(List.of()),
            new U32.Mark(1, 1, 0),
            null,
            0,
            List.of(),
            null,
            null);
    assertThat(rulesOf(filter(marked))).containsExactly(Rule.MARK_IS_MATCHED);
  }

  @Test
  void aListTakesSoManyFilters() {
    Change filter = filter(to(QDISC));
    List<Rule> all = new ArrayList<>();
    for (int i = 0; i < 4095; i++) {
      all.addAll(rulesOf(filter));
    }
    assertThat(all).isEmpty();
    assertThat(rulesOf(filter)).containsExactly(Rule.LIST_HAS_ROOM);
    assertThat(rulesOf(filter)).isEmpty();
  }

  @Test
  void addingReplacesNothing() {
    Change unnamed =
        Change.OfQdisc.add(
            ETH0, Handle.ROOT, Handle.UNSPECIFIED, Tbf.of(Rate.megabits(1), 4096, 1000));
    assertThat(rulesOf(unnamed)).isEmpty();
    assertThat(rulesOf(Change.OfQdisc.delete(ETH0, Handle.ROOT))).isEmpty();
    rulesOf(Change.OfQdisc.add(ETH0, Handle.ROOT, QDISC, Htb.withDefault(0)));
    assertThat(lint.check(unnamed))
        .containsExactly(
            new Finding(
                Rule.ADD_REPLACES_NOTHING,
                "this took the place of qdisc htb 1:, with all that hung from it"));
    assertThat(rulesOf(unnamed)).containsExactly(Rule.ADD_REPLACES_NOTHING);
    assertThat(rulesOf(unnamed)).isEmpty();
  }

  @Test
  void aNewRootHasNoClassesYet() {
    listed.classes.add(entry(LEAF, Handle.ROOT, 10));
    assertThat(rulesOf(filter(to(LEAF)))).isEmpty();
    assertThat(rulesOf(qdisc(Tbf.of(Rate.megabits(1), 4096, 1000)))).isEmpty();
    assertThat(rulesOf(filter(to(LEAF)))).isEmpty();
    rulesOf(Change.OfQdisc.add(ETH0, Handle.ROOT, QDISC, Htb.withDefault(0)));
    assertThat(rulesOf(filter(to(LEAF)))).containsExactly(Rule.CHOSEN_CLASS_EXISTS);
  }

  /** Shows the classes that a test gives it. */
  private static final class Listed implements TrafficControl {
    private final List<ClassEntry> classes = new ArrayList<>();
    private int listings;

    @Override
    public void qdiscs(@Nullable Device device, Consumer<QdiscEntry> consumer) {
      // none but the device's own
    }

    @Override
    public void classes(Device device, Handle parent, Consumer<ClassEntry> consumer) {
      listings++;
      classes.forEach(consumer);
    }

    @Override
    public void filters(FilterQuery query, Consumer<FilterEntry> consumer) {
      throw new AssertionError("lint lists no filters");
    }

    @Override
    public FilterEntry filter(
        Device device,
        Handle parent,
        int priority,
        int protocol,
        @Nullable Integer chain,
        int handle,
        String kind) {
      throw new NotFound("filter", kind);
    }

    @Override
    public List<Outcome> apply(List<? extends Change> changes, OnRefusal onRefusal) {
      throw new AssertionError("lint changes nothing");
    }
  }
}
