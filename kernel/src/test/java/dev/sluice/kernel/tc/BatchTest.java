package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches end in exactly the state that changes done one by one end in. */
@ExtendWith(Root.class)
final class BatchTest {
  private static final Handle QDISC = Handle.of(1, 0);
  private static final int IP = 0x800;

  private int openBefore;
  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl tc;
  private Device eth0;
  private Device eth1;

  @BeforeEach
  void open() {
    openBefore = Fd.openCount();
    namespace = Namespaces.create("batch test");
    datapath = KernelDatapath.open(namespace);
    tc = datapath.trafficControl();
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth1", null);
    eth1 = datapath.device("eth1");
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
    assertThat(Fd.openCount()).isEqualTo(openBefore);
  }

  @Test
  void stopTakesBackWhatCameBehindARefusal() {
    List<Change> changes = new ArrayList<>();
    changes.add(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    changes.add(htb(QDISC, 1));
    for (int i = 0; i < 100; i++) {
      changes.add(htb(Handle.of(1, 1), i == 60 ? 0x20 : 0x10 + i)); // 0x20 is there by then
    }
    List<Outcome> outcomes = tc.apply(changes, OnRefusal.STOP);
    assertThat(outcomes).hasSize(102);
    assertThat(outcomes.subList(0, 62)).allMatch(o -> o instanceof Outcome.Done);
    assertThat(outcomes.get(62))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .isInstanceOfSatisfying(
                        KernelRejected.class, e -> assertThat(e.is(Errno.EEXIST)).isTrue())
                    .hasMessageContaining("htb 1:20 below 1:1"));
    assertThat(outcomes.subList(63, 102)).allMatch(o -> o instanceof Outcome.NotTried);
    assertThat(tc.classes(eth0)).hasSize(61);
  }

  @Test
  void continueDoesTheRest() {
    List<Change> changes = new ArrayList<>();
    changes.add(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    for (int i = 0; i < 1000; i++) {
      changes.add(htb(QDISC, i % 10 == 9 ? i : i + 1)); // each tenth is there already
    }
    changes.add(Change.OfClass.delete(eth0, Handle.of(1, 1)));
    changes.add(u32(QDISC, 1, 0x10, 0));
    changes.add(u32(Handle.of(9, 0), 1, 0x10, 0));
    List<Outcome> outcomes = tc.apply(changes, OnRefusal.CONTINUE);
    assertThat(outcomes).hasSize(1004);
    for (int i = 0; i < outcomes.size(); i++) {
      boolean refused = i == 1003 || (i > 0 && i <= 1000 && (i - 1) % 10 == 9);
      assertThat(outcomes.get(i) instanceof Outcome.Refused).as("%d", i).isEqualTo(refused);
      assertThat(outcomes.get(i).change()).isSameAs(changes.get(i));
    }
    assertThat(tc.classes(eth0)).hasSize(899);
    assertThat(tc.filters(eth0, QDISC)).hasSize(3);
  }

  @Test
  void leafQdiscSurvivesAChildThatIsNotTried() {
    tc.apply(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    tc.apply(htb(QDISC, 1));
    tc.apply(qdisc(Handle.of(1, 1), Handle.of(5, 0), new Qdisc.Pfifo(7L)));
    expectUnchanged(List.of(bad(), htb(Handle.of(1, 1), 0x10)));
    List<Change> many = new ArrayList<>(List.of(htb(QDISC, 0x50), bad()));
    for (int i = 0; i < 40; i++) {
      many.add(htb(Handle.of(1, i % 2 == 0 ? 1 : 0x50), 0x60 + i));
    }
    tc.apply(many.getFirst());
    expectUnchanged(many.subList(1, many.size()));
  }

  @Test
  void classThatAFilterWaitsForIsNotLeftBehind() {
    tc.apply(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    tc.apply(htb(QDISC, 1));
    // The kernel binds filters of classes, unlike those of the qdisc, to a class that is made.
    tc.apply(u32(Handle.of(1, 1), 1, 0x20, 0));
    List<Change> changes = new ArrayList<>(List.of(bad()));
    for (int i = 0; i < 40; i++) {
      changes.add(htb(QDISC, 0x10 + i));
    }
    expectUnchanged(changes);
    // the same with the filter in the batch, in front of what is refused
    changes.addFirst(u32(Handle.of(1, 1), 1, 0x21, 0));
    tc.apply(changes, OnRefusal.STOP);
    assertThat(tc.classes(eth0)).hasSize(1);
  }

  @Test
  void filtersLeaveNoHeadsOrTables() {
    tc.apply(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    tc.apply(htb(QDISC, 0x10));
    tc.apply(u32(QDISC, 5, 0x10, 0));
    List<Change> changes = new ArrayList<>();
    changes.add(u32(QDISC, 5, 0x10, 0)); // stays
    changes.add(u32(QDISC, 5, 0x10, U32.handle(0x900, 0, 1))); // refused: another table's
    changes.add(u32(QDISC, 5, 0x10, 0));
    changes.add(u32(QDISC, 0, 0x10, 0));
    changes.add(u32(QDISC, 0, 0x10, 0));
    List<Outcome> outcomes = tc.apply(changes, OnRefusal.STOP);
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Refused.class);
    assertThat(outcomes.subList(2, 5)).allMatch(o -> o instanceof Outcome.NotTried);
    assertThat(tc.filters(eth0, QDISC)).hasSize(4); // head, table, two nodes
  }

  @Test
  void filtersOfANewQdiscLeaveNoHeadsOrTables() {
    List<Change> changes = new ArrayList<>();
    changes.add(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    changes.add(htb(QDISC, 0x10));
    changes.add(u32(QDISC, 5, 0x10, 0));
    changes.add(bad());
    for (int i = 0; i < 20; i++) {
      changes.add(u32(QDISC, 3 + i % 7, 0x10, 0));
      changes.add(table(QDISC, 3 + i % 7, i + 1));
    }
    tc.apply(changes, OnRefusal.STOP);
    assertThat(tc.filters(eth0, QDISC)).hasSize(3);
  }

  /** Beyond 4,095 nodes of a bucket, the kernel gives all the same number. */
  @Test
  void filtersOfAFullBucketAreNotMistakenForEachOther() {
    tc.apply(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    List<Change> full = new ArrayList<>();
    for (int i = 0; i < 4093; i++) {
      full.add(numbered(i));
    }
    assertThat(tc.apply(full, OnRefusal.CONTINUE)).allMatch(o -> o instanceof Outcome.Done);
    List<Change> batch = new ArrayList<>();
    for (int i = 4093; i < 4110; i++) {
      batch.add(i == 4101 ? bad() : numbered(i));
    }
    List<Outcome> outcomes = tc.apply(batch, OnRefusal.STOP);
    int done = (int) outcomes.stream().filter(o -> o instanceof Outcome.Done).count();
    List<Integer> values = new ArrayList<>();
    tc.filters(
        TrafficControl.FilterQuery.all(eth0, QDISC),
        entry -> {
          if (entry.filter() instanceof U32 told && told.selector() != null) {
            values.add(told.selector().keys().getFirst().value());
          }
        });
    assertThat(values)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 4093 + done).boxed().toList());
  }

  private Change numbered(int value) {
    U32 filter = U32.matching(List.of(new U32.Key(-1, value, 12, 0)), Handle.of(1, 1));
    return filter(QDISC, 1, 0, filter);
  }

  @Test
  void requestThatCannotBeWrittenIsRefused() {
    Change impossible =
        new Change.OfClass(Verb.LINK, eth0, QDISC, Handle.of(1, 1), "htb", null, null);
    List<Outcome> outcomes =
        tc.apply(
            List.of(
                qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)),
                htb(QDISC, 1),
                impossible,
                htb(QDISC, 2)),
            OnRefusal.STOP);
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Done.class);
    assertThat(outcomes.get(2)).isInstanceOf(Outcome.Refused.class);
    assertThat(outcomes.get(3)).isInstanceOf(Outcome.NotTried.class);
    assertThat(tc.apply(List.of(impossible, htb(QDISC, 2)), OnRefusal.CONTINUE).get(1))
        .isInstanceOf(Outcome.Done.class);
    assertThat(tc.apply(List.of(), OnRefusal.STOP)).isEmpty();
  }

  @Test
  void warningsOfSuccessesAreHandedOver() {
    tc.apply(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
    Change big =
        Change.OfClass.add(
            eth0,
            QDISC,
            Handle.of(1, 1),
            TrafficClass.HtbClass.of(Rate.megabits(40_000), Rate.megabits(40_000)));
    assertThat(tc.apply(big))
        .containsExactly("sch_htb: quantum of class 10001 is big. Consider r2q change.");
  }

  /** The same random changes, at once on one device and one by one on the other. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void batchEqualsOneByOne(int seed) {
    for (int round = 0; round < 8; round++) {
      Random random = new Random(seed * 1000L + round);
      List<Change> before = new ArrayList<>();
      before.add(qdisc(Handle.ROOT, QDISC, Htb.withDefault(0)));
      for (int i = random.nextInt(12); i > 0; i--) {
        before.add(random(random, 0));
      }
      List<Change> batch = new ArrayList<>();
      boolean anew = random.nextBoolean();
      if (anew) {
        batch.addAll(before);
        before.clear();
      }
      for (int i = 10 + random.nextInt(60); i > 0; i--) {
        batch.add(random(random, 15));
      }
      List<List<String>> ends = new ArrayList<>();
      List<Integer> dones = new ArrayList<>();
      for (Device device : List.of(eth0, eth1)) {
        List<Change> on = batch.stream().map(change -> moved(change, device)).toList();
        before.forEach(change -> tc.apply(List.of(moved(change, device)), OnRefusal.CONTINUE));
        int done = 0;
        if (device.equals(eth0)) {
          List<Outcome> outcomes = tc.apply(on, OnRefusal.STOP);
          done = (int) outcomes.stream().filter(o -> o instanceof Outcome.Done).count();
          assertThat(outcomes.subList(0, done)).allMatch(o -> o instanceof Outcome.Done);
          if (done < outcomes.size()) {
            assertThat(outcomes.get(done)).isInstanceOf(Outcome.Refused.class);
            assertThat(outcomes.subList(done + 1, outcomes.size()))
                .allMatch(o -> o instanceof Outcome.NotTried);
          }
        } else {
          while (done < on.size()
              && tc.apply(List.of(on.get(done)), OnRefusal.STOP).getFirst()
                  instanceof Outcome.Done) {
            done++;
          }
        }
        dones.add(done);
        ends.add(Snapshot.of(tc, device));
        tc.apply(Change.OfQdisc.delete(device, Handle.ROOT));
      }
      assertThat(ends.get(0)).as("seed %d round %d", seed, round).isEqualTo(ends.get(1));
      assertThat(dones.get(0)).isEqualTo(dones.get(1));
    }
  }

  /** A change that is mostly done; of a thousand, some are sure to be refused. */
  private Change random(Random random, int refusedPerThousand) {
    if (random.nextInt(1000) < refusedPerThousand) {
      return random.nextBoolean() ? bad() : u32(QDISC, 2, 1, U32.handle(0x900, 0, 1));
    }
    Handle parent = random.nextInt(3) == 0 ? QDISC : Handle.of(1, 1 + random.nextInt(40));
    return switch (random.nextInt(20)) {
      case 0 -> Change.OfClass.delete(eth0, Handle.of(1, 1 + random.nextInt(40)));
      case 1 ->
          qdisc(
              Handle.of(1, 1 + random.nextInt(40)),
              Handle.of(0x10 + random.nextInt(0x1000), 0),
              new Qdisc.Pfifo(5L));
      case 2, 3 -> table(QDISC, 1 + random.nextInt(4), 1 + random.nextInt(200));
      case 4, 5, 6 -> u32(parent, 0, 1 + random.nextInt(40), 0);
      case 7, 8, 9, 10 -> u32(QDISC, 1 + random.nextInt(4), 1 + random.nextInt(40), 0);
      default -> htb(parent, 1 + random.nextInt(400));
    };
  }

  private void expectUnchanged(List<Change> changes) {
    List<String> before = Snapshot.of(tc, eth0);
    List<Outcome> outcomes = tc.apply(changes, OnRefusal.STOP);
    assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Refused.class);
    assertThat(outcomes.subList(1, outcomes.size())).allMatch(o -> o instanceof Outcome.NotTried);
    assertThat(Snapshot.of(tc, eth0)).isEqualTo(before);
  }

  private Change qdisc(Handle parent, Handle handle, Qdisc qdisc) {
    return Change.OfQdisc.add(eth0, parent, handle, qdisc);
  }

  private Change htb(Handle parent, int minor) {
    return Change.OfClass.add(
        eth0,
        parent,
        Handle.of(1, minor),
        TrafficClass.HtbClass.of(Rate.megabits(1), Rate.megabits(10)));
  }

  /** A class whose parent is another qdisc's. */
  private Change bad() {
    return Change.OfClass.add(
        eth0,
        Handle.of(3, 0),
        Handle.of(1, 0x999),
        TrafficClass.HtbClass.of(Rate.megabits(1), Rate.megabits(1)));
  }

  private Change u32(Handle parent, int priority, int minor, int handle) {
    U32 filter = U32.matching(List.of(new U32.Key(-1, 0x0a000001, 12, 0)), Handle.of(1, minor));
    return filter(parent, priority, handle, filter);
  }

  private Change table(Handle parent, int priority, int table) {
    U32 filter = new U32(null, 0, 0, 16, null, null, null, 0, List.of(), null, null);
    return filter(parent, priority, U32.handle(table, 0, 0), filter);
  }

  private Change filter(Handle parent, int priority, int handle, Filter filter) {
    return new Change.OfFilter(
        Verb.ADD, eth0, parent, priority, IP, null, handle, filter.kind(), filter, null);
  }

  private static Change moved(Change change, Device to) {
    return switch (change) {
      case Change.OfQdisc q ->
          new Change.OfQdisc(
              q.verb(), to, q.parent(), q.handle(), q.kind(), q.qdisc(), q.estimator());
      case Change.OfClass c ->
          new Change.OfClass(
              c.verb(), to, c.parent(), c.id(), c.kind(), c.trafficClass(), c.estimator());
      case Change.OfFilter f ->
          new Change.OfFilter(
              f.verb(),
              to,
              f.parent(),
              f.priority(),
              f.protocol(),
              f.chain(),
              f.handle(),
              f.kind(),
              f.filter(),
              f.estimator());
    };
  }

  @Test
  void actionsAndClassicProgramsAreTakenBack() {
    Action redirect = new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, eth1.index(), 4, 0);
    Filter mirrored =
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0))),
            null,
            null,
            0,
            List.of(redirect),
            null,
            null);
    Filter program =
        new BpfFilter(
            new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, -1))),
            true,
            null,
            0,
            List.of());
    List<Change> changes = new ArrayList<>();
    changes.add(qdisc(Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact()));
    changes.add(filter(Handle.CLSACT_INGRESS, 1, 0, mirrored));
    changes.add(filter(Handle.CLSACT_INGRESS, 1, 0, program)); // refused: of another kind
    for (int i = 2; i < 12; i++) {
      changes.add(filter(Handle.CLSACT_INGRESS, i, 0, i % 2 == 0 ? program : mirrored));
    }
    List<Outcome> outcomes = tc.apply(changes, OnRefusal.STOP);
    assertThat(outcomes.get(2))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.reason()).hasMessageContaining("of kind u32"));
    assertThat(tc.filters(eth0, Handle.CLSACT_INGRESS)).hasSize(3);
  }
}
