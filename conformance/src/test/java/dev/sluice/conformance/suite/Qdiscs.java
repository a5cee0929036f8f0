package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Making, changing, replacing and removing qdiscs, and what they count. */
@Needs({Feature.TBF, Feature.HTB, Feature.PFIFO, Feature.BFIFO})
public abstract class Qdiscs extends TrafficSuite {
  private static final Tbf TBF = Tbf.of(Rate.megabits(10), 4096, 400_000);

  static Stream<Qdisc> plainQdiscs() {
    return Stream.of(new Qdisc.Pfifo(7L), new Qdisc.Bfifo(70_000L), new Qdisc.PfifoHeadDrop(9L));
  }

  @Test
  void aVirtualDeviceHasNoQueueUntilItIsGivenOne() {
    assertThat(qdiscs()).hasSize(1);
    assertThat(root().qdisc()).isEqualTo(new Qdisc.Noqueue());
    assertThat(root().isDefault()).isTrue();
  }

  @Test
  void tbfReadsBackAsItWasGiven() {
    addRoot(ONE, TBF);
    QdiscEntry entry = root();

    assertThat(entry.handle()).isEqualTo(ONE);
    assertThat(entry.device()).isEqualTo(device());
    assertThat(entry.isDefault()).isFalse();
    Tbf back = (Tbf) entry.qdisc();
    assertThat(back.rate().rate()).isEqualTo(TBF.rate().rate());
    assertThat(back.burst()).isEqualTo(TBF.burst());
    assertThat(back.limit()).isEqualTo(504_096);
    assertThat(back.peak()).isNull();
  }

  @Test
  void ofABucketThatTakesMinutesToFillTheLowerBitsAreTold() {
    addRoot(ONE, Tbf.of(Rate.bits(8), 65_536, 100_000));

    // 65,536 seconds are 1,024,000,000,000 ticks; 32 bits of them are 115 seconds.
    assertThat(((Tbf) root().qdisc()).burst().bytes()).isEqualTo(115);
  }

  @Test
  void tbfWithAPeakRateReadsBackAsItWasGiven() {
    Rate peak = Rate.megabits(20);
    Tbf given = new Tbf(TBF.rate(), TBF.burst(), RateSpec.of(peak), Bucket.of(peak, 2000), 100_000);
    addRoot(ONE, given);
    Tbf back = (Tbf) root().qdisc();

    assertThat(back.peak()).isNotNull();
    assertThat(back.peakBurst()).isEqualTo(given.peakBurst());
    assertThat(back.limit()).isEqualTo(100_000);
  }

  @ParameterizedTest
  @MethodSource("plainQdiscs")
  @Needs(Feature.PFIFO_HEAD_DROP)
  void plainQdiscsReadBackAsTheyWereGiven(Qdisc qdisc) {
    addRoot(ONE, qdisc);

    assertThat(root().qdisc()).isEqualTo(qdisc);
  }

  @Test
  void htbReadsBackAsItWasGiven() {
    addRoot(ONE, new Htb(0x30, 7, 55L, false, 0, 3));
    Htb back = (Htb) root().qdisc();

    assertThat(back.defaultClass()).isEqualTo(0x30);
    assertThat(back.rateToQuantum()).isEqualTo(7);
    assertThat(back.directQueueLength()).isEqualTo(55);
  }

  @Test
  void aHandleThatIsNotGivenIsChosen() {
    addRoot(Handle.UNSPECIFIED, TBF);
    Handle chosen = root().handle();

    assertThat(chosen.major()).isBetween(0x8000, 0xfffe);
    assertThat(chosen.minor()).isZero();
  }

  @Test
  void removingTheRootRestoresTheDefault() {
    addRoot(ONE, TBF);
    apply(Change.OfQdisc.delete(device(), Handle.ROOT));

    assertThat(root().qdisc()).isEqualTo(new Qdisc.Noqueue());
    assertThat(root().isDefault()).isTrue();
  }

  @Test
  void aSecondRootIsRefusedAndTheFirstStays() {
    addRoot(ONE, TBF);
    refused(Errno.EEXIST, () -> addRoot(Handle.of(2, 0), new Qdisc.Pfifo(5L)));

    assertThat(root().qdisc()).isInstanceOf(Tbf.class);
  }

  @Test
  void replaceMakesAndChangesAndReplaces() {
    replace(ONE, TBF);
    assertThat(root().qdisc()).isInstanceOf(Tbf.class);
    Tbf faster = Tbf.of(Rate.megabits(20), 8192, 400_000);
    replace(ONE, faster);
    assertThat(((Tbf) root().qdisc()).rate().rate()).isEqualTo(Rate.megabits(20));
    replace(Handle.of(2, 0), new Qdisc.Pfifo(5L));

    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo(5L));
    assertThat(root().handle()).isEqualTo(Handle.of(2, 0));
  }

  private void replace(Handle handle, Qdisc qdisc) {
    apply(change(Change.Verb.REPLACE, handle, qdisc));
  }

  private Change.OfQdisc change(Change.Verb verb, Handle handle, Qdisc qdisc) {
    return new Change.OfQdisc(verb, device(), Handle.ROOT, handle, qdisc.kind(), qdisc, null);
  }

  @Test
  void changeNeedsOneOfItsKind() {
    refused(Errno.ENOENT, () -> apply(change(Change.Verb.CHANGE, Handle.UNSPECIFIED, TBF)));
    addRoot(ONE, new Qdisc.Pfifo(5L));
    refused(Errno.EINVAL, () -> apply(change(Change.Verb.CHANGE, ONE, TBF)));
    apply(change(Change.Verb.CHANGE, ONE, new Qdisc.Pfifo(6L)));

    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo(6L));
  }

  @Test
  void htbCannotBeChanged() {
    addHtb(0x12);
    KernelRejected rejected =
        refused(Errno.EINVAL, () -> apply(change(Change.Verb.CHANGE, ONE, Htb.withDefault(0x13))));
    assertThat(rejected.kernelText()).containsIgnoringCase("change operation");
    assertThat(rejected.operation()).contains(device().name());
    assertThat(((Htb) root().qdisc()).defaultClass()).isEqualTo(0x12);
  }

  @Test
  void theDefaultCannotBeRemoved() {
    refused(Errno.ENOENT, () -> apply(Change.OfQdisc.delete(device(), Handle.ROOT)));
  }

  @Test
  void anUnknownKindIsRefusedInWords() {
    assertThat(
            refused(Errno.ENOENT, () -> addRoot(ONE, new Qdisc.Unknown("nonsense", null)))
                .kernelText())
        .containsIgnoringCase("unknown");
  }

  @Test
  void anUnknownDeviceIsRefused() {
    Device nowhere = new Device(4242, "nowhere");
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> datapath().device("nowhere"));
    refused(Errno.ENODEV, () -> apply(Change.OfQdisc.add(nowhere, Handle.ROOT, ONE, TBF)));
  }

  @Test
  @Needs(Feature.CLSACT)
  void clsactStandsBesideTheRoot() {
    addRoot(ONE, TBF);
    addClsact();
    assertThat(qdiscs()).extracting(QdiscEntry::qdisc).contains(new Qdisc.Clsact()).hasSize(2);
    refused(Errno.EEXIST, this::addClsact);
    apply(Change.OfQdisc.delete(device(), Handle.CLSACT));

    assertThat(qdiscs()).hasSize(1);
  }

  @Test
  void ingressStandsWhereClsactWould() {
    apply(Change.OfQdisc.add(device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Ingress()));

    assertThat(qdiscs()).extracting(QdiscEntry::qdisc).contains(new Qdisc.Ingress());
    refused(Errno.EEXIST, this::addClsact);
  }

  @Test
  void countsWhatItSends() {
    addRoot(ONE, new Qdisc.Pfifo(100L));
    Frame frame = ofLength(200);
    transmit(Collections.nCopies(10, frame), 10);

    Statistics statistics = rootStatistics(s -> s.bytes() >= 2000);
    // The testbed's own frames pass the qdisc too.
    assertThat(statistics.packets()).isGreaterThanOrEqualTo(10);
    assertThat(statistics.drops()).isZero();
    assertThat(statistics.queueLength()).isZero();
  }

  /** A bucket of two frames and a queue of three: of ten frames, five are dropped. */
  @Test
  void tbfQueuesWhatTheBucketLacksAndDropsTheRest() {
    addRoot(ONE, new Tbf(RateSpec.of(SLOW), Bucket.of(SLOW, 2000), null, null, 3000));
    send(Collections.nCopies(10, ofLength(1000)));

    Statistics statistics = rootStatistics(s -> s.drops() >= 5);
    assertThat(statistics.drops()).isEqualTo(5);
    assertThat(statistics.queueLength()).isEqualTo(3);
    assertThat(statistics.backlog()).isEqualTo(3000);
    assertThat(statistics.packets()).isEqualTo(2);
    assertThat(statistics.bytes()).isEqualTo(2000);
    assertThat(statistics.overlimits()).isPositive();
  }

  @Test
  void tbfDropsWhatIsLongerThanItsBucket() {
    addRoot(ONE, new Tbf(RateSpec.of(SLOW), Bucket.of(SLOW, 500), null, null, 3000));
    send(List.of(ofLength(600)));

    assertThat(rootStatistics(s -> s.drops() > 0).drops()).isEqualTo(1);
  }

  @Test
  void changingTbfKeepsItsQueue() {
    addRoot(ONE, new Tbf(RateSpec.of(SLOW), Bucket.of(SLOW, 1000), null, null, 10_000));
    send(Collections.nCopies(5, ofLength(1000)));
    assertThat(rootStatistics(s -> s.queueLength() == 4).queueLength()).isEqualTo(4);
    Tbf slower = new Tbf(RateSpec.of(SLOW), Bucket.of(SLOW, 1000), null, null, 20_000);
    apply(change(Change.Verb.CHANGE, ONE, slower));

    // The change refills the bucket, so one more may have left.
    assertThat(root().statistics().queueLength()).isBetween(3L, 4L);
    assertThat(root().statistics().drops()).isZero();
  }

  @Test
  void pfifoDropsTheNewestAndHeadDropTheOldest() {
    assertThat(queuedBehindASlowBucket(new Qdisc.Pfifo(2L))).containsExactly(0, 1, 2);
    apply(Change.OfQdisc.delete(device(), Handle.ROOT));
    assertThat(queuedBehindASlowBucket(new Qdisc.PfifoHeadDrop(2L))).containsExactly(0, 4, 5);
  }

  /** Of six frames, those that get through a full queue once the bucket is made fast. */
  private List<Integer> queuedBehindASlowBucket(Qdisc inner) {
    addRoot(ONE, new Tbf(RateSpec.of(SLOW), Bucket.of(SLOW, 1000), null, null, 10_000));
    apply(Change.OfQdisc.add(device(), Handle.of(1, 1), Handle.of(5, 0), inner));
    try (var capture = testbed().right().capture()) {
      send(Stream.of(0, 1, 2, 3, 4, 5).map(Qdiscs::numbered).toList());
      Await.until(() -> qdisc(Handle.of(5, 0)).statistics(), statistics -> statistics.drops() >= 3);
      Tbf fast = new Tbf(RateSpec.of(FAST), Bucket.of(FAST, 100_000), null, null, 10_000);
      apply(change(Change.Verb.CHANGE, ONE, fast));
      return labels(capture, 3).stream().map(label -> Integer.valueOf(label.strip())).toList();
    }
  }

  private static Frame numbered(int number) {
    return Frame.labelled(String.format("%-958d", number));
  }

  private QdiscEntry qdisc(Handle handle) {
    return qdiscs().stream()
        .filter(entry -> entry.handle().equals(handle))
        .findFirst()
        .orElseThrow();
  }

  private void send(List<Frame> frames) {
    frames.forEach(testbed().left()::send);
  }

  @Test
  void aListOfChangesStopsAtTheFirstRefusal() {
    List<Change> changes =
        List.of(
            Change.OfQdisc.add(device(), Handle.ROOT, ONE, Htb.withDefault(0x10)),
            Change.OfClass.add(device(), ONE, Handle.of(1, 0x10), htbClass(FAST, FAST)),
            Change.OfClass.add(device(), ONE, Handle.of(1, 0x10), htbClass(FAST, FAST)),
            Change.OfClass.add(device(), ONE, Handle.of(1, 0x11), htbClass(FAST, FAST)));
    List<Outcome> stopped = trafficControl().apply(changes, TrafficControl.OnRefusal.STOP);

    assertThat(stopped)
        .extracting(outcome -> outcome.getClass().getSimpleName())
        .containsExactly("Done", "Done", "Refused", "NotTried");
    assertThat(findClass(0x10)).isPresent();
    assertThat(findClass(0x11)).isEmpty();

    List<Outcome> through =
        trafficControl().apply(changes.subList(2, 4), TrafficControl.OnRefusal.CONTINUE);
    assertThat(through)
        .extracting(outcome -> outcome.getClass().getSimpleName())
        .containsExactly("Refused", "Done");
    assertThat(findClass(0x11)).isPresent();
  }
}
