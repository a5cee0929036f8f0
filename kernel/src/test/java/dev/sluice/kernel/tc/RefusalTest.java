package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each refusal says why, in the kernel's words where it has any and in ours where it has none. */
@ExtendWith(Root.class)
final class RefusalTest {
  private static final Handle QDISC = Handle.of(1, 0);
  private static final Handle LEAF = Handle.of(1, 0x10);
  private static final int IP = 0x800;

  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl tc;
  private Device eth0;
  private Device eth1;

  @BeforeEach
  void open() {
    namespace = Namespaces.create("refusal test");
    datapath = KernelDatapath.open(namespace);
    tc = datapath.trafficControl();
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth1", null);
    eth1 = datapath.device("eth1");
    datapath.kernelDevices().setUp(eth1, true);
    tc.apply(qdisc(Verb.ADD, Handle.ROOT, QDISC, Htb.withDefault(0)));
    tc.apply(htb(Verb.ADD, QDISC, Handle.of(1, 1)));
    tc.apply(htb(Verb.ADD, Handle.of(1, 1), LEAF));
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
  }

  private void expect(Change change, Errno errno, @Nullable String words, @Nullable String rule) {
    assertThatThrownBy(() -> tc.apply(change))
        .isInstanceOfSatisfying(
            KernelRejected.class,
            e -> {
              assertThat(Errno.of(e.errno())).isEqualTo(errno);
              assertThat(e.kernelText()).isEqualTo(words);
              assertThat(e.rule()).isEqualTo(rule);
            });
  }

  @Test
  void qdiscs() {
    expect(
        qdisc(Verb.ADD, Handle.ROOT, QDISC, Htb.withDefault(0)),
        Errno.EEXIST,
        "Exclusivity flag on, cannot modify",
        "htb 1: at root is there already");
    expect(
        qdisc(Verb.ADD, Handle.ROOT, Handle.of(2, 0), new Qdisc.Pfifo(null)),
        Errno.EEXIST,
        "NLM_F_REPLACE needed to override",
        "htb 1: at root is there already");
    expect(
        qdisc(Verb.REPLACE, Handle.ROOT, QDISC, new Qdisc.Pfifo(null)),
        Errno.EINVAL,
        "Invalid qdisc name: must match existing qdisc",
        "what is there is htb 1: at root");
    expect(
        qdisc(Verb.ADD, Handle.of(9, 1), Handle.UNSPECIFIED, new Qdisc.Pfifo(null)),
        Errno.ENOENT,
        "Failed to find specified qdisc",
        "there is no qdisc 9: on eth0; it has htb 1: at root");
    expect(
        qdisc(Verb.ADD, Handle.of(1, 0x99), Handle.UNSPECIFIED, new Qdisc.Pfifo(null)),
        Errno.ENOENT,
        "Specified class not found",
        "there is no class 1:99 on eth0");
    expect(
        qdisc(Verb.ADD, Handle.of(1, 1), Handle.of(5, 0), new Qdisc.Pfifo(null)),
        Errno.EINVAL,
        null,
        "class 1:1 has children (1:10 is one), and only a leaf takes a qdisc");
    expect(
        qdisc(Verb.REPLACE, LEAF, QDISC, Htb.withDefault(0)),
        Errno.EINVAL,
        "Cannot move an existing qdisc to a different parent",
        "1: is the name of htb 1: at root");
    expect(
        new Change.OfQdisc(
            Verb.ADD,
            eth1,
            Handle.ROOT,
            Handle.UNSPECIFIED,
            "nonesuch",
            new Qdisc.Unknown("nonesuch", Bytes.EMPTY),
            null),
        Errno.ENOENT,
        "Specified qdisc kind is unknown",
        null);
  }

  @Test
  void qdiscsThatAreNotThere() {
    expect(
        deletion(eth0, Handle.ROOT, Handle.of(7, 0), null),
        Errno.EINVAL,
        "Invalid handle",
        "what is there is htb 1: at root");
    expect(
        deletion(eth0, Handle.of(1, 0x77), Handle.UNSPECIFIED, null),
        Errno.ENOENT,
        "Specified class not found",
        "there is no class 1:77 on eth0");
    expect(
        deletion(eth1, Handle.CLSACT, Handle.CLSACT.qdisc(), "clsact"),
        Errno.ENOENT,
        "Cannot find specified qdisc on specified device",
        "eth1 has neither a clsact nor an ingress qdisc");
    tc.apply(Change.OfQdisc.add(eth1, Handle.CLSACT, Handle.UNSPECIFIED, new Qdisc.Ingress()));
    expect(
        deletion(eth1, Handle.CLSACT, Handle.CLSACT.qdisc(), "clsact"),
        Errno.EINVAL,
        "Invalid qdisc name: must match existing qdisc",
        "what is there is ingress ffff:");
    expect(
        deletion(eth1, Handle.ROOT, Handle.UNSPECIFIED, null),
        Errno.ENOENT,
        "Cannot delete qdisc with handle of zero",
        "noqueue at root is the kernel's default, which goes only when replaced");
  }

  @Test
  void tokenBuckets() {
    Rate megabit = Rate.megabits(1);
    Rate half = Rate.bits(500_000);
    Tbf slowPeak =
        new Tbf(
            RateSpec.of(megabit),
            Bucket.of(megabit, 5120),
            RateSpec.of(half),
            Bucket.of(half, 1540),
            10240);
    expect(
        Change.OfQdisc.add(eth1, Handle.ROOT, Handle.UNSPECIFIED, slowPeak),
        Errno.EINVAL,
        null,
        "the peak rate 500Kbit must be above the rate 1Mbit");
    expect(
        Change.OfQdisc.add(eth1, Handle.ROOT, Handle.UNSPECIFIED, Tbf.of(megabit, 0, 1000)),
        Errno.EINVAL,
        null,
        "a bucket of 0 bytes lets nothing pass");
  }

  @Test
  void classes() {
    expect(
        htb(Verb.ADD, QDISC, Handle.of(2, 1)),
        Errno.EINVAL,
        null,
        "class 2:1 and its parent 1: must belong to one qdisc, and so have the same major number");
    expect(
        htb(Verb.ADD, Handle.of(2, 0), Handle.of(2, 1)),
        Errno.ENOENT,
        null,
        "there is no qdisc 2: on eth0; it has htb 1: at root");
    expect(
        htb(Verb.ADD, QDISC, Handle.of(1, 1)),
        Errno.EEXIST,
        null,
        "htb 1:1 at root, rate 1Mbit ceil 1Mbit is there already");
    expect(
        htb(Verb.CHANGE, QDISC, Handle.of(1, 0x55)),
        Errno.ENOENT,
        null,
        "there is no class 1:55 on eth0");
    expect(
        Change.OfClass.delete(eth0, Handle.of(1, 0x55)),
        Errno.ENOENT,
        null,
        "there is no class 1:55 on eth0");
    expect(
        Change.OfClass.delete(eth0, Handle.of(1, 1)),
        Errno.EBUSY,
        "HTB class in use",
        "class 1:1 has children; 1:10 is one");
    tc.apply(u32(Verb.ADD, QDISC, 1, IP, 0));
    expect(
        Change.OfClass.delete(eth0, LEAF),
        Errno.EBUSY,
        "HTB class in use",
        "filters send packets to class 1:10");
    tc.apply(qdisc(Verb.ADD, LEAF, Handle.of(5, 0), new Qdisc.Pfifo(null)));
    expect(
        htb(Verb.ADD, Handle.of(5, 0), Handle.of(5, 1)),
        Errno.EINVAL,
        null,
        "pfifo 5: at 1:10 has no classes");
  }

  @Test
  void placesOfFilters() {
    expect(
        u32(Verb.ADD, Handle.of(9, 0), 1, IP, 0),
        Errno.EINVAL,
        "Parent Qdisc doesn't exists",
        "there is no qdisc 9: on eth0; it has htb 1: at root");
    expect(
        u32(Verb.ADD, Handle.of(1, 0x99), 1, IP, 0),
        Errno.ENOENT,
        "Specified class doesn't exist",
        "there is no class 1:99 on eth0");
    expect(
        u32(Verb.ADD, Handle.CLSACT_EGRESS, 1, IP, 0),
        Errno.EINVAL,
        "Parent Qdisc doesn't exists",
        "eth0 has no clsact qdisc to hold filters");
  }

  @Test
  void filters() {
    tc.apply(u32(Verb.ADD, QDISC, 1, IP, 0));
    expect(
        u32(Verb.ADD, QDISC, 1, 0x86dd, 0),
        Errno.EINVAL,
        "Protocol mismatch for filter with specified priority",
        "priority 1 at 1: has filters of kind u32 for protocol 0x800");
    expect(
        u32(Verb.ADD, QDISC, 1, IP, U32.handle(0x800, 0, 0x800)),
        Errno.EEXIST,
        "Filter already exists",
        "priority 1 has a filter 0x80000800");
    expect(
        Change.OfFilter.delete(eth0, QDISC, 9, IP, 0, "u32"),
        Errno.ENOENT,
        "Filter with specified priority/protocol not found",
        "there are no filters of priority 9 at 1:; there are of [1]");
    expect(
        Change.OfFilter.delete(eth0, QDISC, 1, IP, U32.handle(0x800, 0, 5), "u32"),
        Errno.ENOENT,
        "Specified filter handle not found",
        "priority 1 has no filter 0x80000005");
    Filter bpf =
        new BpfFilter(
            new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, -1))),
            false,
            LEAF,
            0,
            List.of());
    expect(
        Change.OfFilter.add(eth0, QDISC, 1, IP, bpf),
        Errno.EINVAL,
        "Specified filter kind does not match existing one",
        "priority 1 at 1: has filters of kind u32 for protocol 0x800");
    U32 nowhere =
        new U32(
            null,
            0,
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0))),
            null,
            null,
            0,
            List.of(new Action.Mirred(Action.Mirred.Mode.EGRESS_MIRROR, 4711, 3, 0)),
            null,
            null);
    assertThatThrownBy(() -> tc.apply(Change.OfFilter.add(eth0, QDISC, 1, IP, nowhere)))
        .hasMessageContaining("there is no device with index 4711");
  }

  @Test
  void deviceThatIsGone() {
    datapath.kernelDevices().delete(eth0);
    expect(
        htb(Verb.ADD, QDISC, Handle.of(1, 2)),
        Errno.ENODEV,
        null,
        "device eth0 (index " + eth0.index() + ") is gone");
    assertThat(
            tc.apply(
                List.of(
                    htb(Verb.ADD, QDISC, Handle.of(1, 2)),
                    u32(Verb.ADD, QDISC, 1, IP, 0),
                    deletion(eth0, Handle.ROOT, Handle.UNSPECIFIED, null)),
                OnRefusal.CONTINUE))
        .allSatisfy(outcome -> assertThat(outcome.toString()).contains("is gone"));
    assertThatThrownBy(() -> tc.qdiscs(eth0)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> tc.classes(eth0)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> tc.filters(eth0, QDISC)).isInstanceOf(NotFound.class);
  }

  private Change qdisc(Verb verb, Handle parent, Handle handle, Qdisc qdisc) {
    return new Change.OfQdisc(verb, eth0, parent, handle, qdisc.kind(), qdisc, null);
  }

  private static Change deletion(
      Device device, Handle parent, Handle handle, @Nullable String kind) {
    return new Change.OfQdisc(Verb.DELETE, device, parent, handle, kind, null, null);
  }

  private Change htb(Verb verb, Handle parent, Handle id) {
    TrafficClass options = TrafficClass.HtbClass.of(Rate.megabits(1), Rate.megabits(1));
    return new Change.OfClass(verb, eth0, parent, id, "htb", options, null);
  }

  private Change u32(Verb verb, Handle parent, int priority, int protocol, int handle) {
    U32 filter = U32.matching(List.of(new U32.Key(-1, 0x0a000001, 12, 0)), LEAF);
    return new Change.OfFilter(
        verb, eth0, parent, priority, protocol, null, handle, "u32", filter, null);
  }
}
