package dev.sluice.policy.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfFilter;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a policy cannot say is told, and no more is. */
class NotesTest {
  private static final Handle ROOT = Handle.of(1, 0);
  private static final Handle A = Handle.of(1, 0xa);
  private static final Handle B = Handle.of(1, 0xb);
  private static final int IPV4 = 0x0800;

  private final EngineBench bench = new EngineBench(2);
  private final Device device = bench.device(0);

  private void make(Change... changes) {
    for (Change change : changes) {
      bench.datapath().trafficControl().apply(change);
    }
  }

  private Exported export() {
    Exported exported = PolicyExport.read(bench.datapath(), List.of(device), "exported");
    assertThat(PolicyReader.parse("x", exported.yaml()).getFirst().policy())
        .isEqualTo(exported.policy());
    return exported;
  }

  private List<String> notes() {
    return export().notes().stream().map(ExportNote::toString).toList();
  }

  private static HtbClass htb(int megabits, int ceil) {
    Rate rate = Rate.megabits(megabits);
    return new HtbClass(
        RateSpec.of(rate),
        RateSpec.of(Rate.megabits(ceil)),
        Bucket.of(rate, 32 << 10),
        Bucket.of(Rate.megabits(ceil), 32 << 10),
        0,
        0,
        0);
  }

  /** Two classes of 10 Mbit/s below one of 20, whose bursts are its own. */
  private void twoClasses() {
    make(
        OfQdisc.add(device, Handle.ROOT, ROOT, Htb.withDefault(0xb)),
        OfClass.add(
            device, ROOT, Handle.of(1, 1), HtbClass.of(Rate.megabits(20), Rate.megabits(20))),
        OfClass.add(device, Handle.of(1, 1), A, htb(10, 20)),
        OfClass.add(device, Handle.of(1, 1), B, htb(10, 20)));
  }

  private OfFilter filter(Handle parent, int priority, String source, U32 like) {
    return OfFilter.add(device, parent, priority, IPV4, with(like, from(source)));
  }

  private static U32.Selector from(String source) {
    String[] parts = source.split("/", -1);
    String[] octets = parts[0].split("\\.", -1);
    int address = 0;
    for (String octet : octets) {
      address = address << 8 | Integer.parseInt(octet);
    }
    int mask = -1 << (32 - Integer.parseInt(parts[1]));
    return U32.Selector.terminal(List.of(new U32.Key(mask, address & mask, 12, 0)));
  }

  private static U32 with(U32 like, U32.Selector selector) {
    return new U32(
        like.classId(),
        0,
        like.link(),
        0,
        selector,
        null,
        null,
        like.flags(),
        like.actions(),
        null,
        null);
  }

  private static U32 to(@Nullable Handle classId, Action... actions) {
    return new U32(
        classId,
        0,
        0,
        0,
        U32.Selector.terminal(List.of()),
        null,
        null,
        0,
        List.of(actions),
        null,
        null);
  }

  private static final Action DROP = new Action.Gact(2, 0);
  private static final Action PASS = new Action.Gact(0, 0);

  @Test
  void anEmptyHostIsAnEmptyPolicy() {
    Exported exported = export();
    assertThat(exported.notes()).isEmpty();
    assertThat(exported.policy().spec().sharing()).isEmpty();
    assertThat(exported.isIncomplete()).isFalse();
  }

  @Test
  void aTokenBucketWithMoreThanARate() {
    Rate rate = Rate.megabits(8);
    make(
        OfQdisc.add(
            device,
            Handle.ROOT,
            ROOT,
            new Tbf(
                new RateSpec(rate, 24, 64, LinkLayer.ATM, 3),
                Bucket.of(rate, 20_000),
                RateSpec.of(Rate.megabits(16)),
                Bucket.of(Rate.megabits(16), 1600),
                10_000)));
    assertThat(notes())
        .hasSize(4)
        .anyMatch(note -> note.contains("device eth0, qdisc tbf 1:: overhead 24 and mpu 64"))
        .anyMatch(note -> note.contains("link layer atm"))
        .anyMatch(note -> note.contains("peak rate 16Mbit"))
        .anyMatch(
            note -> note.startsWith("exported differently") && note.contains("limit of 10000"));
  }

  @Test
  void whatPassesFirstIsTakenFromABlock() {
    make(
        OfQdisc.add(device, Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()),
        filter(Handle.CLSACT_INGRESS, 1, "10.1.2.3/32", to(null, PASS)),
        filter(Handle.CLSACT_INGRESS, 2, "10.0.0.0/8", to(null, DROP)),
        filter(
            Handle.CLSACT_INGRESS,
            3,
            "192.168.0.0/16",
            to(
                null,
                new Action.Mirred(
                    Action.Mirred.Mode.EGRESS_REDIRECT, bench.device(1).index(), 4, 0))),
        filter(Handle.CLSACT_INGRESS, 4, "192.168.7.0/24", to(null, DROP)),
        filter(Handle.CLSACT_INGRESS, 5, "172.16.0.0/12", to(null, DROP)));
    Exported exported = export();
    List<Block> blocks = exported.policy().spec().blocks();
    assertThat(blocks).extracting(Block::name).containsExactly("eth0-ingress-2", "eth0-ingress-5");
    assertThat(U32PacketsTest.text(blocks.getFirst().match()))
        .isEqualTo("- from: prefixes: - 10.0.0.0/8 except: - 10.1.2.3");
    assertThat(exported.notes())
        .extracting(ExportNote::toString)
        .containsExactly(
            "not exported: device eth0, filter pref 3 at ingress (802::800): it redirects packets"
                + " to eth1",
            "not exported: device eth0, filter pref 4 at ingress (803::800): of its packets, those"
                + " that filter pref 3 at ingress (802::800) decides about cannot be left out in a"
                + " policy");
  }

  @Test
  void classesComeInTheOrderOfFilters() {
    twoClasses();
    make(
        filter(ROOT, 1, "10.1.0.0/16", to(B)),
        filter(ROOT, 2, "10.0.0.0/8", to(A)),
        filter(ROOT, 3, "192.168.0.0/16", to(B)));
    Exported exported = export();
    Sharing sharing = exported.policy().spec().sharing().getFirst();
    assertThat(sharing.classes())
        .extracting(ShareClass::name)
        .containsExactly("class-1-b", "class-1-a");
    assertThat(sharing.rate()).isEqualTo(Rate.megabits(20));
    assertThat(sharing.defaultClass()).isEqualTo("class-1-b");
    assertThat(exported.isIncomplete()).isFalse();
  }

  @Test
  void anOrderThatGoesInACircleIsTakenApart() {
    twoClasses();
    make(
        filter(ROOT, 1, "10.1.0.0/16", to(A)),
        filter(ROOT, 2, "10.0.0.0/8", to(B)),
        filter(ROOT, 3, "0.0.0.0/1", to(A)));
    Exported exported = export();
    List<ShareClass> classes = exported.policy().spec().sharing().getFirst().classes();
    assertThat(classes).extracting(ShareClass::name).containsExactly("class-1-a", "class-1-b");
    assertThat(U32PacketsTest.text(classes.getFirst().match()))
        .isEqualTo(
            "- from: prefixes: - 10.1.0.0/16 - from: prefixes: - 0.0.0.0/1 except: - 10.0.0.0/8");
    assertThat(exported.isIncomplete()).isFalse();
  }

  @Test
  void hashTablesWithLinks() {
    twoClasses();
    U32 table = new U32(null, 0, 0, 4, null, null, null, 0, List.of(), null, null);
    int two = U32.handle(2, 0, 0);
    make(
        new OfFilter(Change.Verb.ADD, device, ROOT, 1, IPV4, null, two, "u32", table, null),
        filter(ROOT, 1, "10.0.0.0/8", to(A)),
        OfFilter.add(
            device,
            ROOT,
            1,
            IPV4,
            new U32(
                A, two | 1 << 12, 0, 0, from("10.1.0.0/16"), null, null, 0, List.of(), null, null)),
        OfFilter.add(
            device,
            ROOT,
            1,
            IPV4,
            new U32(null, 0, two, 0, from("11.0.0.0/8"), null, null, 0, List.of(), null, null)));
    assertThat(notes())
        .filteredOn(note -> note.startsWith("not"))
        .containsExactlyInAnyOrder(
            "not exported: device eth0, filter pref 1 at 1:, table 2:: its filter is asked by way"
                + " of a link only, which a policy has not",
            "not exported: device eth0, filter pref 1 at 1: (800::801): it goes on in table 2:");
  }

  @Test
  void filtersAtClassesAndTokenBucketsBelowThem() {
    twoClasses();
    make(
        filter(Handle.of(1, 1), 1, "10.0.0.0/8", to(A)),
        OfQdisc.add(device, A, Handle.of(0x20, 0), Tbf.of(Rate.megabits(5), 20_000, 50_000)),
        OfQdisc.add(device, B, Handle.of(0x30, 0), Tbf.of(Rate.megabits(50), 20_000, 100_000)));
    Exported exported = export();
    assertThat(exported.notes().stream().filter(ExportNote::isLeftOut).map(ExportNote::toString))
        .containsExactlyInAnyOrder(
            "not exported: device eth0, filter pref 1 at 1:1 (800::800): it is asked only of"
                + " packets that something else sent to the class",
            "not exported: device eth0, qdisc tbf 20: at 1:a: a rate of 5Mbit below a class: a"
                + " policy has the class's ceiling");
    ShareClass b = exported.policy().spec().sharing().getFirst().classes().getLast();
    assertThat(Objects.requireNonNull(b.queue()).toMillis()).isEqualTo(258); // 645 kB at 20 Mbit/s
  }

  @Test
  void programsAreNamed() {
    twoClasses();
    ObjectSpec object =
        AssemblyParser.parse(
            "theirs.bpfasm", ".license GPL\n.program theirs tcx\n  r0 = -1\n  exit\n");
    try (var loaded = bench.datapath().programs().load(object)) {
      var at = new AttachPoint.Tcx(device, Direction.INGRESS);
      try (var _ = bench.datapath().chain(at).attach(loaded.program("theirs"))) {
        assertThat(notes())
            .filteredOn(note -> note.startsWith("not"))
            .containsExactly(
                "not exported: device eth0, program theirs at tcx ingress: a program says what it"
                    + " does");
      }
    }
  }

  @Test
  void classesWithoutOneAboveThem() {
    make(
        OfQdisc.add(device, Handle.ROOT, ROOT, Htb.withDefault(0)),
        OfClass.add(device, ROOT, A, htb(10, 20)),
        OfClass.add(device, ROOT, B, htb(5, 5)));
    Exported exported = export();
    Sharing sharing = exported.policy().spec().sharing().getFirst();
    assertThat(sharing.rate()).isEqualTo(Rate.megabits(15));
    assertThat(sharing.classes())
        .extracting(ShareClass::ceil)
        .containsExactly(Rate.megabits(10), Rate.megabits(5));
    assertThat(exported.notes())
        .extracting(ExportNote::toString)
        .hasSize(3)
        .allMatch(note -> note.startsWith("exported differently"))
        .anyMatch(note -> note.contains("no default class"))
        .anyMatch(note -> note.contains("2 classes right below it share nothing"))
        .anyMatch(note -> note.contains("class 1:a: its ceiling of 20Mbit has no effect"));
  }
}
