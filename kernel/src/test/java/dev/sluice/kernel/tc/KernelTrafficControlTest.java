package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Root.class)
final class KernelTrafficControlTest {
  private static final Handle ROOT_QDISC = Handle.of(1, 0);
  private static final int IP = 0x800;

  private int openBefore;
  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl tc;
  private Device eth0;

  @BeforeEach
  void open() {
    openBefore = Fd.openCount();
    namespace = Namespaces.create("tc test");
    datapath = KernelDatapath.open(namespace);
    tc = datapath.trafficControl();
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth1", null);
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
    assertThat(Fd.openCount()).isEqualTo(openBefore);
  }

  @Test
  void tokenBucketOfTheArticle() {
    Tbf tbf = Tbf.of(Rate.megabits(10), 4096, 400_000);
    assertThat(tc.apply(Change.OfQdisc.add(eth0, Handle.ROOT, Handle.UNSPECIFIED, tbf))).isEmpty();
    QdiscEntry root = tc.qdiscs(eth0).getFirst();
    assertThat(root.isRoot()).isTrue();
    assertThat(root.device()).isEqualTo(eth0);
    Tbf read = (Tbf) root.qdisc();
    assertThat(read.rate().rate()).isEqualTo(Rate.megabits(10));
    assertThat(read.burst()).isEqualTo(tbf.burst());
    assertThat(read.limit()).isEqualTo(tbf.limit());
    assertThat(read.peak()).isNull();
  }

  @Test
  void hierarchyOfTheArticle() {
    add(Handle.ROOT, ROOT_QDISC, Htb.withDefault(0x12));
    tc.apply(Change.OfClass.add(eth0, ROOT_QDISC, Handle.of(1, 1), htb(10, 10)));
    tc.apply(Change.OfClass.add(eth0, Handle.of(1, 1), Handle.of(1, 0x10), htb(8, 10)));
    tc.apply(Change.OfClass.add(eth0, Handle.of(1, 1), Handle.of(1, 0x12), htb(2, 10)));
    Htb read = (Htb) tc.qdiscs(eth0).getFirst().qdisc();
    assertThat(read.defaultClass()).isEqualTo(0x12);
    assertThat(read.rateToQuantum()).isEqualTo(10);
    assertThat(tc.classes(eth0))
        .extracting(ClassEntry::id)
        .containsExactlyInAnyOrder(Handle.of(1, 1), Handle.of(1, 0x10), Handle.of(1, 0x12));
    ClassEntry leaf =
        tc.classes(eth0).stream().filter(c -> c.id().minor() == 0x10).findFirst().orElseThrow();
    TrafficClass.HtbClass asked = htb(8, 10);
    TrafficClass.HtbClass told = (TrafficClass.HtbClass) leaf.trafficClass();
    assertThat(leaf.parent()).isEqualTo(Handle.of(1, 1));
    assertThat(told.rate().rate()).isEqualTo(asked.rate().rate());
    assertThat(told.ceil().rate()).isEqualTo(asked.ceil().rate());
    assertThat(told.burst()).isEqualTo(asked.burst());
    assertThat(told.ceilBurst()).isEqualTo(asked.ceilBurst());
  }

  @Test
  void filterOfTheArticle() {
    add(Handle.ROOT, ROOT_QDISC, Htb.withDefault(0x30));
    tc.apply(Change.OfClass.add(eth0, ROOT_QDISC, Handle.of(1, 1), htb(100, 100)));
    tc.apply(Change.OfClass.add(eth0, Handle.of(1, 1), Handle.of(1, 0x10), htb(1, 1)));
    U32 filter = U32.matching(List.of(new U32.Key(-1, 0xc0a80164, 12, 0)), Handle.of(1, 0x10));
    tc.apply(Change.OfFilter.add(eth0, ROOT_QDISC, 1, IP, filter));
    List<FilterEntry> entries = tc.filters(eth0, ROOT_QDISC);
    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).filter()).isNull();
    FilterEntry node = entries.get(2);
    assertThat(node.handle()).isEqualTo(U32.handle(0x800, 0, 0x800));
    assertThat(node.priority()).isEqualTo(1);
    assertThat(node.protocol()).isEqualTo(IP);
    U32 told = (U32) node.filter();
    assertThat(told).isNotNull();
    assertThat(told.classId()).isEqualTo(Handle.of(1, 0x10));
    assertThat(told.selector()).isEqualTo(filter.selector());
    FilterEntry single = tc.filter(eth0, ROOT_QDISC, 1, IP, null, node.handle(), "u32");
    assertThat(single).isEqualTo(node);
    assertThatThrownBy(() -> tc.filter(eth0, ROOT_QDISC, 1, IP, null, 0x80000801, "u32"))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void filtersOfClsactKeepTheirActions() {
    add(Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact());
    Action.Mirred mirred =
        new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, eth0.index(), 4, 0);
    U32 filter =
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0))),
            null,
            null,
            0,
            List.of(mirred),
            null,
            null);
    tc.apply(Change.OfFilter.add(eth0, Handle.CLSACT_INGRESS, 7, IP, filter));
    FilterEntry node = tc.filters(eth0, Handle.CLSACT_INGRESS).getLast();
    assertThat(node.filter()).isNotNull();
    Action.Mirred told = (Action.Mirred) node.filter().actions().getFirst();
    assertThat(told.mode()).isEqualTo(mirred.mode());
    assertThat(told.deviceIndex()).isEqualTo(mirred.deviceIndex());
    assertThat(told.control()).isEqualTo(4);
    assertThat(node.actionStates().getFirst().order()).isEqualTo(1);
    assertThat(node.actionStates().getFirst().bindings()).isEqualTo(1);
    assertThat(tc.filters(eth0, Handle.CLSACT_EGRESS)).isEmpty();
  }

  @Test
  void classicBpfComesBackAsSent() {
    add(Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact());
    BpfFilter filter =
        new BpfFilter(
            new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, -1))),
            true,
            Handle.of(1, 1),
            0,
            List.of());
    tc.apply(Change.OfFilter.add(eth0, Handle.CLSACT_EGRESS, 0, 3, filter));
    FilterEntry node = tc.filters(eth0, Handle.CLSACT_EGRESS).getLast();
    BpfFilter told = (BpfFilter) node.filter();
    assertThat(told).isNotNull();
    assertThat(told.source()).isEqualTo(filter.source());
    assertThat(told.directAction()).isTrue();
    assertThat(told.classId()).isEqualTo(Handle.of(1, 1));
    assertThat(node.priority()).isEqualTo(49152);
  }

  @Test
  void listingsOfAllDevicesNameThem() {
    datapath.kernelDevices().setUp(eth0, true);
    datapath.kernelDevices().setUp(datapath.device("lo"), true);
    add(Handle.ROOT, ROOT_QDISC, Htb.withDefault(0));
    List<String> names = new ArrayList<>();
    tc.qdiscs(null, entry -> names.add(entry.device().name() + " " + entry.qdisc().kind()));
    assertThat(names).contains("lo noqueue", "eth0 htb");
  }

  @Test
  void consumerThatThrowsSpoilsNothing() {
    add(Handle.ROOT, ROOT_QDISC, Htb.withDefault(0));
    IllegalStateException thrown = new IllegalStateException("enough");
    assertThatThrownBy(
            () ->
                tc.qdiscs(
                    eth0,
                    entry -> {
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThat(tc.qdiscs(eth0)).isNotEmpty();
    assertThatThrownBy(() -> tc.apply(Change.OfClass.delete(eth0, Handle.of(1, 1))))
        .isInstanceOf(KernelRejected.class);
  }

  @Test
  void threadsDoNotGetInEachOthersWay() throws Exception {
    add(Handle.ROOT, ROOT_QDISC, Htb.withDefault(0));
    int threads = 4;
    int each = 50;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int base = 0x100 * (thread + 1);
        futures.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    Handle id = Handle.of(1, base + i);
                    tc.apply(Change.OfClass.add(eth0, ROOT_QDISC, id, htb(1, 1)));
                    assertThat(tc.classes(eth0)).extracting(ClassEntry::id).contains(id);
                    assertThatThrownBy(
                            () -> tc.apply(Change.OfClass.add(eth0, ROOT_QDISC, id, htb(1, 1))))
                        .hasMessageContaining(id + " at root, rate 1Mbit ceil 1Mbit");
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
    assertThat(tc.classes(eth0)).hasSize(threads * each);
  }

  private void add(Handle parent, Handle handle, Qdisc qdisc) {
    tc.apply(Change.OfQdisc.add(eth0, parent, handle, qdisc));
  }

  private static TrafficClass.HtbClass htb(long rate, long ceil) {
    return TrafficClass.HtbClass.of(Rate.megabits(rate), Rate.megabits(ceil));
  }
}
