package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.U32;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tree of classes of an HTB. */
@Needs(Feature.HTB)
public abstract class Classes extends TrafficSuite {
  private static final Rate TEN = Rate.megabits(10);

  @BeforeEach
  void addRootHtb() {
    addHtb(0x12);
  }

  private TrafficClass.HtbClass htb(int minor) {
    return (TrafficClass.HtbClass) classEntry(minor).trafficClass();
  }

  private Change change(Change.Verb verb, int minor, TrafficClass.HtbClass wish) {
    return new Change.OfClass(verb, device(), ONE, Handle.of(1, minor), wish.kind(), wish, null);
  }

  @Test
  void readBackAsTheyWereGiven() {
    TrafficClass.HtbClass given =
        new TrafficClass.HtbClass(
            RateSpec.of(Rate.megabits(8)),
            RateSpec.of(TEN),
            Bucket.of(Rate.megabits(8), 3000),
            Bucket.of(TEN, 4000),
            5000,
            3,
            0);
    apply(Change.OfClass.add(device(), ONE, Handle.of(1, 0x10), given));
    TrafficClass.HtbClass back = htb(0x10);

    assertThat(back.rate().rate()).isEqualTo(Rate.megabits(8));
    assertThat(back.ceil().rate()).isEqualTo(TEN);
    assertThat(back.burst()).isEqualTo(given.burst());
    assertThat(back.ceilBurst()).isEqualTo(given.ceilBurst());
    assertThat(back.quantum()).isEqualTo(5000);
    assertThat(back.priority()).isEqualTo(3);
    assertThat(back.level()).isZero();
  }

  @Test
  void ratesAboveFourGigabytesASecondReadBackWhole() {
    Rate huge = Rate.megabits(100_000);
    addClass(ONE, 0x10, huge, huge);

    assertThat(htb(0x10).rate().rate()).isEqualTo(huge);
  }

  @Test
  void theQuantumFollowsFromTheRateWithinBounds() {
    addClass(ONE, 0x10, Rate.megabits(8), TEN);
    addClass(ONE, 0x11, SLOW, TEN);
    addClass(ONE, 0x13, Rate.megabits(1000), Rate.megabits(1000));

    assertThat(htb(0x10).quantum()).isEqualTo(100_000);
    assertThat(htb(0x11).quantum()).isEqualTo(1000);
    assertThat(htb(0x13).quantum()).isEqualTo(200_000);
  }

  @Test
  void aPriorityAboveSevenIsSeven() {
    TrafficClass.HtbClass eight =
        new TrafficClass.HtbClass(
            RateSpec.of(TEN),
            RateSpec.of(TEN),
            Bucket.of(TEN, 1600),
            Bucket.of(TEN, 1600),
            0,
            8,
            0);
    apply(Change.OfClass.add(device(), ONE, Handle.of(1, 0x10), eight));

    assertThat(htb(0x10).priority()).isEqualTo(7);
  }

  @Test
  void hangFromEachOther() {
    addClass(ONE, 1, TEN, TEN);
    addClass(Handle.of(1, 1), 0x10, Rate.megabits(8), TEN);
    addClass(Handle.of(1, 1), 0x12, Rate.megabits(2), TEN);

    assertThat(classEntry(1).parent()).isEqualTo(Handle.ROOT);
    assertThat(classEntry(0x10).parent()).isEqualTo(Handle.of(1, 1));
    assertThat(htb(1).level()).isEqualTo(7);
    assertThat(htb(0x10).level()).isZero();
    assertThat(trafficControl().classes(device()))
        .extracting(entry -> entry.id().minor())
        .containsExactlyInAnyOrder(1, 0x10, 0x12);
  }

  @Test
  void anUnknownParentIsTakenForTheRoot() {
    addClass(Handle.of(1, 0x77), 0x10, TEN, TEN);

    assertThat(classEntry(0x10).parent()).isEqualTo(Handle.ROOT);
  }

  @Test
  void theTreeIsEightLevelsDeepAtMost() {
    Handle parent = ONE;
    for (int minor = 1; minor <= 8; minor++) {
      addClass(parent, minor, TEN, TEN);
      parent = Handle.of(1, minor);
    }
    Handle deepest = parent;
    refused(Errno.EINVAL, () -> addClass(deepest, 9, TEN, TEN));

    assertThat(findClass(9)).isEmpty();
  }

  @Test
  void oneThatIsThereCannotBeAddedAgain() {
    addClass(ONE, 0x10, TEN, TEN);
    refused(Errno.EEXIST, () -> addClass(ONE, 0x10, SLOW, SLOW));

    assertThat(htb(0x10).rate().rate()).isEqualTo(TEN);
  }

  @Test
  void oneThatIsNotThereCannotBeChangedOrRemoved() {
    refused(Errno.ENOENT, () -> apply(change(Change.Verb.CHANGE, 0x10, htbClass(TEN, TEN))));
    refused(Errno.ENOENT, () -> apply(Change.OfClass.delete(device(), Handle.of(1, 0x10))));
  }

  @Test
  void oneOfAnotherQdiscIsRefused() {
    refused(
        Errno.EINVAL,
        () -> apply(Change.OfClass.add(device(), ONE, Handle.of(2, 0x10), htbClass(TEN, TEN))));
  }

  @Test
  void aCeilingBelowTheRateIsTaken() {
    addClass(ONE, 0x10, TEN, SLOW);

    assertThat(htb(0x10).ceil().rate()).isEqualTo(SLOW);
  }

  @Test
  void replaceMakesAndChanges() {
    apply(change(Change.Verb.REPLACE, 0x10, htbClass(TEN, TEN)));
    assertThat(htb(0x10).rate().rate()).isEqualTo(TEN);
    apply(change(Change.Verb.REPLACE, 0x10, htbClass(SLOW, TEN)));

    assertThat(htb(0x10).rate().rate()).isEqualTo(SLOW);
  }

  @Test
  void oneThatIsInUseCannotBeRemoved() {
    addClass(ONE, 1, TEN, TEN);
    addClass(Handle.of(1, 1), 0x10, TEN, TEN);
    refused(Errno.EBUSY, () -> apply(Change.OfClass.delete(device(), Handle.of(1, 1))));
    addFilter(ONE, 1, U32.matching(List.of(new U32.Key(0, 0, 0, 0)), Handle.of(1, 0x10)));
    refused(Errno.EBUSY, () -> apply(Change.OfClass.delete(device(), Handle.of(1, 0x10))));
    apply(Change.OfFilter.delete(device(), ONE, 1, Frame.IPV4, 0, "u32"));
    apply(Change.OfClass.delete(device(), Handle.of(1, 0x10)));
    apply(Change.OfClass.delete(device(), Handle.of(1, 1)));

    assertThat(trafficControl().classes(device())).isEmpty();
  }

  @Test
  @Needs({Feature.HTB, Feature.PFIFO})
  void aQdiscOfOnesOwnHangsFromALeaf() {
    addClass(ONE, 0x12, FAST, FAST);
    Handle leaf = Handle.of(0x20, 0);
    apply(Change.OfQdisc.add(device(), Handle.of(1, 0x12), leaf, new Qdisc.Pfifo(10L)));

    assertThat(classEntry(0x12).leaf()).isEqualTo(leaf);
    transmit(Frame.labelled("leaf"));
    Statistics statistics =
        Await.until(
            () ->
                qdiscs().stream()
                    .filter(entry -> entry.handle().equals(leaf))
                    .findFirst()
                    .orElseThrow()
                    .statistics(),
            s -> s.packets() > 0);
    assertThat(statistics.packets()).isPositive();
    assertThat(qdiscs())
        .anyMatch(
            entry -> entry.handle().equals(leaf) && entry.parent().equals(Handle.of(1, 0x12)));
  }

  @Test
  void aQdiscCannotHangFromAClassThatIsNotThere() {
    refused(
        Errno.ENOENT,
        () ->
            apply(
                Change.OfQdisc.add(
                    device(), Handle.of(1, 0x55), Handle.of(0x20, 0), new Qdisc.Pfifo(10L))));
  }

  @Test
  void thePacketsOfTheDefaultClassAreCounted() {
    addClass(ONE, 1, FAST, FAST);
    addClass(Handle.of(1, 1), 0x12, FAST, FAST);
    Frame frame = ofLength(300);
    transmit(Collections.nCopies(5, frame), 5);

    ClassEntry leaf = classEntry(0x12);
    assertThat(leaf.statistics().packets()).isGreaterThanOrEqualTo(5);
    assertThat(leaf.statistics().bytes()).isGreaterThanOrEqualTo(1500);
    assertThat(leaf.statistics().own())
        .isInstanceOfSatisfying(
            Statistics.HtbClass.class,
            own -> assertThat(own.lends()).isEqualTo(leaf.statistics().packets()));
    assertThat(classEntry(1).statistics().packets()).isEqualTo(leaf.statistics().packets());
  }

  @Test
  void withoutTheDefaultClassPacketsGoOutDirectly() {
    transmit(Frame.labelled("direct"));

    assertThat(root().statistics().own())
        .isInstanceOfSatisfying(
            Statistics.HtbQdisc.class, own -> assertThat(own.directPackets()).isPositive());
  }

  @Test
  void aClassBorrowsWhatItsParentHasLeft() {
    apply(Change.OfClass.add(device(), ONE, Handle.of(1, 1), htbClass(FAST, FAST, 100_000)));
    apply(
        Change.OfClass.add(
            device(),
            Handle.of(1, 1),
            Handle.of(1, 0x12),
            new TrafficClass.HtbClass(
                RateSpec.of(SLOW),
                RateSpec.of(FAST),
                Bucket.of(SLOW, 1000),
                Bucket.of(FAST, 100_000),
                0,
                0,
                0)));
    transmit(Collections.nCopies(10, ofLength(1000)), 10);

    assertThat(classEntry(0x12).statistics().own())
        .isInstanceOfSatisfying(
            Statistics.HtbClass.class, own -> assertThat(own.borrows()).isGreaterThanOrEqualTo(8));
  }

  @Test
  void changingAClassKeepsItsQueue() {
    apply(change(Change.Verb.ADD, 0x12, htbClass(SLOW, SLOW, 1000)));
    fill(5);
    apply(change(Change.Verb.CHANGE, 0x12, htbClass(SLOW, Rate.bits(16_000), 1000)));

    assertThat(htb(0x12).ceil().rate()).isEqualTo(Rate.bits(16_000));
    assertThat(classEntry(0x12).statistics().queueLength()).isBetween(2L, 3L);
    assertThat(classEntry(0x12).statistics().drops()).isZero();
  }

  @Test
  void theFirstChildOfALeafCostsItsQueue() {
    apply(change(Change.Verb.ADD, 0x12, htbClass(SLOW, SLOW, 1000)));
    fill(5);
    addClass(Handle.of(1, 0x12), 0x20, SLOW, SLOW);

    assertThat(root().statistics().queueLength()).isZero();
  }

  /** Sends frames into a class that passes two: one its bucket pays for, and one on credit. */
  private void fill(int frames) {
    for (int i = 0; i < frames; i++) {
      testbed().left().send(ofLength(1000));
    }
    Statistics statistics =
        Await.until(() -> classEntry(0x12).statistics(), s -> s.queueLength() == frames - 2);
    assertThat(statistics.queueLength()).isEqualTo(frames - 2);
  }

  @Test
  void removingTheQdiscRemovesItsClasses() {
    addClass(ONE, 0x10, TEN, TEN);
    apply(Change.OfQdisc.delete(device(), Handle.ROOT));
    assertThat(trafficControl().classes(device())).isEmpty();
    addRoot(ONE, Htb.withDefault(0));

    assertThat(packetsByClass()).isEqualTo(Map.of());
    assertThat(trafficControl().classes(device())).isEmpty();
  }
}
