package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Estimator;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.bpf.TestPrograms;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.syscall.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kernel tells equals what it was given, for every kind; and is taken again as told. */
@ExtendWith(Root.class)
final class RoundTripTest {
  private static final Handle QDISC = Handle.of(1, 0);
  private static final Handle LEAF = Handle.of(1, 0x10);
  private static final Rate TEN = Rate.megabits(10);
  private static final Rate FAST = Rate.megabits(40_000);
  private static final RateSpec ATM = new RateSpec(TEN, 24, 64, LinkLayer.ATM, 0);

  private int openBefore;
  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl tc;
  private Device device;

  @BeforeEach
  void open() {
    openBefore = Fd.openCount();
    namespace = Namespaces.create("round trips");
    datapath = KernelDatapath.open(namespace);
    tc = datapath.trafficControl();
    device = datapath.kernelDevices().create("ifb", "ifb0", 2);
    datapath.kernelDevices().setUp(device, true);
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
    assertThat(Fd.openCount()).isEqualTo(openBefore);
  }

  /** A rate as the kernel tells it, which forgets the size of legacy cells. */
  private static RateSpec plain(Rate rate) {
    return new RateSpec(rate, 0, 0, LinkLayer.ETHERNET, 0);
  }

  static Stream<Qdisc> qdiscs() {
    return Stream.of(
        new Tbf(plain(TEN), Bucket.of(TEN, 4096), null, null, 504_096),
        new Tbf(
            plain(TEN),
            Bucket.of(TEN, 5120),
            plain(Rate.megabits(20)),
            Bucket.of(Rate.megabits(20), 2000),
            10_000),
        new Htb(0x12, 10, 1000L, false, 0, 0x30011),
        new Htb(0xffff_ffff, 77, 3L, false, 0, 0x30011),
        new Qdisc.Pfifo(100L),
        new Qdisc.Pfifo(0L),
        new Qdisc.Pfifo(0xffff_ffffL),
        new Qdisc.Bfifo(64_000L),
        new Qdisc.PfifoHeadDrop(9L),
        new Qdisc.PfifoFast(3, List.of(1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)),
        new Qdisc.Mq());
  }

  @ParameterizedTest
  @MethodSource("qdiscs")
  void qdiscComesBackAsSet(Qdisc qdisc) {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, qdisc));
    assertThat(root().qdisc()).isEqualTo(qdisc);
    assertThat(root().handle()).isEqualTo(QDISC);
    // and what the kernel told may be given to it again
    Qdisc told = root().qdisc();
    tc.apply(Change.OfQdisc.delete(device, Handle.ROOT));
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, told));
    assertThat(root().qdisc()).isEqualTo(qdisc);
  }

  /** The kernel computes a token bucket's time from its bytes, in its own way. */
  @Test
  void tokenBucketsAreRoundedByTheKernel() {
    Tbf atm = new Tbf(ATM, Bucket.of(TEN, 10_240), null, null, 30_000);
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, atm));
    Tbf told = (Tbf) root().qdisc();
    assertThat(told.rate()).isEqualTo(ATM);
    // 214 cells of 53 bytes for 10,264 bytes in cells of 48, at 800 ns a byte, in ticks of 64 ns
    assertThat(told.burst().ticks()).isEqualTo(214 * 53 * 800 / 64);
    tc.apply(Change.OfQdisc.delete(device, Handle.ROOT));
    Tbf fast = new Tbf(plain(FAST), Bucket.of(FAST, 1 << 20), null, null, 6_048_576);
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, fast));
    told = (Tbf) root().qdisc();
    assertThat(told.rate().rate()).isEqualTo(FAST);
    assertThat(told.limit()).isEqualTo(6_048_576);
    assertThat(told.burst().bytes()).isBetween((1L << 20) - 400, 1L << 20);
  }

  private QdiscEntry root() {
    return tc.qdiscs(device).stream().filter(QdiscEntry::isRoot).findFirst().orElseThrow();
  }

  @Test
  void qdiscsWithoutOptionsTakeTheDevicesDefaults() {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, new Qdisc.Pfifo(null)));
    int length = datapath.kernelDevices().get("ifb0").transmitQueueLength();
    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo((long) length));
    for (Qdisc hook : List.of(new Qdisc.Clsact(), new Qdisc.Ingress())) {
      tc.apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.UNSPECIFIED, hook));
      assertThat(tc.qdiscs(device).getLast().qdisc()).isEqualTo(hook);
      assertThat(tc.qdiscs(device).getLast().parent()).isEqualTo(Handle.CLSACT);
      tc.apply(Change.OfQdisc.delete(device, Handle.CLSACT));
    }
  }

  @Test
  void unknownKindsAreSentAsTheyAre() {
    ByteBuffer limit = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, 7);
    Qdisc unknown = new Qdisc.Unknown("pfifo", Bytes.copyOf(limit.array()));
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, unknown));
    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo(7L));
  }

  static Stream<TrafficClass.HtbClass> classes() {
    return Stream.of(
        new TrafficClass.HtbClass(
            plain(TEN), plain(TEN), Bucket.of(TEN, 1600), Bucket.of(TEN, 1600), 3000, 0, 0),
        new TrafficClass.HtbClass(
            ATM, ATM, Bucket.of(TEN, 15_360), Bucket.of(TEN, 20_480), 60_000, 7, 0),
        new TrafficClass.HtbClass(
            plain(FAST),
            plain(Rate.megabits(80_000)),
            Bucket.ofTicks(FAST, 3277),
            Bucket.ofTicks(Rate.megabits(80_000), 3277),
            200_000,
            3,
            0));
  }

  @ParameterizedTest
  @MethodSource("classes")
  void classComesBackAsSet(TrafficClass.HtbClass trafficClass) {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, Htb.withDefault(0)));
    tc.apply(Change.OfClass.add(device, QDISC, LEAF, trafficClass));
    ClassEntry entry = tc.classes(device).getFirst();
    assertThat(entry.id()).isEqualTo(LEAF);
    assertThat(entry.parent()).isEqualTo(Handle.ROOT);
    assertThat(entry.trafficClass()).isEqualTo(trafficClass);
  }

  @Test
  void estimatorsCount() {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, Htb.withDefault(0)));
    TrafficClass.HtbClass options = TrafficClass.HtbClass.of(TEN, TEN);
    Estimator estimator = new Estimator(0, 2);
    tc.apply(new Change.OfClass(Verb.ADD, device, QDISC, LEAF, "htb", options, estimator));
    assertThat(tc.classes(device).getFirst().statistics().estimate()).isNotNull();
    tc.apply(new Change.OfClass(Verb.ADD, device, QDISC, Handle.of(1, 2), "htb", options, null));
    assertThat(
            tc.classes(device).stream()
                .filter(entry -> entry.id().minor() == 2)
                .findFirst()
                .orElseThrow()
                .statistics()
                .estimate())
        .isNull();
  }

  @Test
  void verbs() {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, new Qdisc.Pfifo(5L)));
    tc.apply(change(Verb.CHANGE, new Qdisc.Pfifo(6L)));
    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo(6L));
    tc.apply(change(Verb.REPLACE, new Qdisc.Pfifo(7L)));
    assertThat(root().qdisc()).isEqualTo(new Qdisc.Pfifo(7L));
    tc.apply(change(Verb.DELETE, null));
    tc.apply(change(Verb.REPLACE, Htb.withDefault(0)));
    TrafficClass.HtbClass slow = TrafficClass.HtbClass.of(TEN, TEN);
    TrafficClass.HtbClass fast = TrafficClass.HtbClass.of(FAST, FAST);
    tc.apply(new Change.OfClass(Verb.REPLACE, device, QDISC, LEAF, "htb", slow, null));
    tc.apply(new Change.OfClass(Verb.CHANGE, device, QDISC, LEAF, "htb", fast, null));
    TrafficClass.HtbClass told =
        (TrafficClass.HtbClass) tc.classes(device).getFirst().trafficClass();
    assertThat(told.rate().rate()).isEqualTo(FAST);
    tc.apply(Change.OfClass.delete(device, LEAF));
    assertThat(tc.classes(device)).isEmpty();
  }

  private Change change(Verb verb, @Nullable Qdisc qdisc) {
    return new Change.OfQdisc(
        verb, device, Handle.ROOT, QDISC, qdisc == null ? null : qdisc.kind(), qdisc, null);
  }

  @Test
  void hashTablesAndLinks() {
    tc.apply(Change.OfQdisc.add(device, Handle.ROOT, QDISC, Htb.withDefault(0)));
    int table = U32.handle(2, 0, 0);
    U32 tableOf256 = new U32(null, 0, 0, 256, null, null, null, 0, List.of(), null, null);
    U32.Selector hash =
        new U32.Selector(
            U32.Selector.VARIABLE_OFFSET | U32.Selector.EAT,
            6,
            0x0f00,
            4,
            -2,
            16,
            0xff,
            List.of(new U32.Key(0xffff0000, 0x0a010000, 16, 0), new U32.Key(0xff, 0x12, -14, -1)));
    U32 link = u32(null, 0x80000000, table, hash);
    U32 node =
        u32(
            LEAF,
            U32.handle(2, 0x7b, 0),
            0,
            U32.Selector.terminal(List.of(new U32.Key(-1, 0x0a01007b, 16, 0))));
    tc.apply(add(QDISC, 7, table, tableOf256));
    tc.apply(add(QDISC, 7, 0, link));
    tc.apply(add(QDISC, 7, U32.handle(2, 0x7b, 9), node));
    List<FilterEntry> entries = tc.filters(device, QDISC);
    assertThat(find(entries, table).divisor()).isEqualTo(256);
    U32 toldLink = find(entries, U32.handle(0x800, 0, 0x800));
    assertThat(toldLink.selector()).isEqualTo(hash);
    assertThat(toldLink.link()).isEqualTo(table);
    assertThat(toldLink.hashTable()).isEqualTo(0x80000000);
    U32 toldNode = find(entries, U32.handle(2, 0x7b, 9));
    assertThat(toldNode.classId()).isEqualTo(LEAF);
    assertThat(toldNode.hashTable()).isEqualTo(U32.handle(2, 0x7b, 0));
    assertThat(toldNode.selector()).isEqualTo(node.selector());
    tc.apply(Change.OfFilter.delete(device, QDISC, 7, 0x800, 0, "u32"));
    assertThat(tc.filters(device, QDISC)).isEmpty();
  }

  private static U32 find(List<FilterEntry> entries, int handle) {
    for (FilterEntry entry : entries) {
      if (entry.handle() == handle && entry.filter() instanceof U32 u32) {
        return u32;
      }
    }
    throw new AssertionError("no " + Integer.toHexString(handle) + " in " + entries);
  }

  private static U32 u32(@Nullable Handle classId, int hashTable, int link, U32.Selector selector) {
    return new U32(classId, hashTable, link, 0, selector, null, null, 0, List.of(), null, null);
  }

  private Change add(Handle parent, int priority, int handle, Filter filter) {
    return new Change.OfFilter(
        Verb.ADD, device, parent, priority, 0x800, null, handle, filter.kind(), filter, null);
  }

  static Stream<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (Action.Mirred.Mode mode : Action.Mirred.Mode.values()) {
      boolean redirects =
          mode == Action.Mirred.Mode.EGRESS_REDIRECT || mode == Action.Mirred.Mode.INGRESS_REDIRECT;
      actions.add(new Action.Mirred(mode, 1, redirects ? 4 : 3, 5));
    }
    actions.add(new Action.Gact(2, 6));
    return actions.stream();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void actionComesBackAsSet(Action action) {
    tc.apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact()));
    U32 filter =
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0))),
            null,
            "lo",
            Filter.SKIP_HARDWARE,
            List.of(action),
            null,
            null);
    try {
      tc.apply(add(Handle.CLSACT_INGRESS, 3, 0, filter));
    } catch (KernelRejected e) {
      Assumptions.assumeFalse(
          e.is(Errno.ENOENT), () -> "the kernel lacks act_" + action.kind() + ": " + e);
      throw e;
    }
    U32 told = find(tc.filters(device, Handle.CLSACT_INGRESS), U32.handle(0x800, 0, 0x800));
    assertThat(told.actions()).containsExactly(action);
    assertThat(told.inDevice()).isEqualTo("lo");
    assertThat(told.flags() & Filter.SKIP_HARDWARE).isEqualTo(Filter.SKIP_HARDWARE);
  }

  @Test
  void chainsAndPrioritiesAreToldApart() {
    tc.apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact()));
    BpfFilter filter =
        new BpfFilter(
            new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, 0))),
            false,
            null,
            0,
            List.of());
    for (int chain : new int[] {0, 5}) {
      for (int priority : new int[] {1, 2}) {
        tc.apply(
            new Change.OfFilter(
                Verb.ADD,
                device,
                Handle.CLSACT_EGRESS,
                priority,
                3,
                chain,
                9,
                "bpf",
                filter,
                null));
      }
    }
    assertThat(tc.filters(device, Handle.CLSACT_EGRESS)).hasSize(8); // a head and a filter each
    List<FilterEntry> some = new ArrayList<>();
    tc.filters(new TrafficControl.FilterQuery(device, Handle.CLSACT_EGRESS, 2, 3, 5), some::add);
    assertThat(some)
        .hasSize(2)
        .allMatch(e -> e.priority() == 2 && Integer.valueOf(5).equals(e.chain()));
    assertThat(tc.filter(device, Handle.CLSACT_EGRESS, 2, 3, 5, 9, "bpf"))
        .isEqualTo(some.getLast());
  }

  @Test
  void programComesBackById() {
    tc.apply(Change.OfQdisc.add(device, Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Clsact()));
    try (Program program = datapath.programs().load(TestPrograms.returning("pass", 0), Map.of())) {
      BpfFilter filter = BpfFilter.directAction(program, "test.o:[pass]");
      tc.apply(add(Handle.CLSACT_EGRESS, 2, 7, filter));
      FilterEntry entry = tc.filters(device, Handle.CLSACT_EGRESS).getLast();
      assertThat(entry.handle()).isEqualTo(7);
      assertThat(entry.filter())
          .isEqualTo(
              new BpfFilter(
                  new BpfFilter.Installed(
                      program.info().id(), program.info().tag(), "test.o:[pass]"),
                  true,
                  null,
                  Filter.NOT_IN_HARDWARE,
                  List.of()));
    }
  }

  /** The one vector with a program: its descriptor's number is what differs. */
  @Test
  void requestWithProgramEqualsVector() {
    Vectors.Vector vector =
        Vectors.all().stream()
            .filter(v -> v.command().contains("object-file"))
            .findFirst()
            .orElseThrow();
    try (Program program = datapath.programs().load(TestPrograms.returning("ok", 0), Map.of())) {
      MessageWriter out = new MessageWriter();
      BpfFilter filter = BpfFilter.directAction(program, "action-ebpf:[action-ok]");
      Device eth0 = new Device(2, "eth0");
      TcRequest.write(
          out,
          new Change.OfFilter(
              Verb.ADD, eth0, Handle.CLSACT_EGRESS, 2, 3, null, 7, "bpf", filter, null),
          0);
      Map<String, String> written = MessageTree.of(ByteBuffer.wrap(out.toByteArray()));
      Map<String, String> expected = MessageTree.of(vector.requests().getFirst());
      String descriptor = "option " + TcDescriptor.BpfLayout.FD;
      assertThat(written.remove(descriptor)).hasSameSizeAs(expected.remove(descriptor));
      assertThat(written).isEqualTo(expected);
    }
  }

  @Test
  void withoutPrivilegesListingsWorkAndChangesSayWhatIsMissing() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv");
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.addAll(ChildJvm.command(UnprivilegedTrafficControl.class));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    assertThat(lines)
        .containsExactly(
            "qdiscs of lo: 1",
            "add qdisc htb 1: at root on lo: permission denied: this needs CAP_NET_ADMIN"
                + " (run it as root)",
            "Refused",
            "NotTried",
            "make ifb sluice-test: permission denied: this needs CAP_NET_ADMIN (run it as root)");
  }
}
