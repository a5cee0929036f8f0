package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Bucket;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.LinkLayer;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.RateSpec;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl.FilterQuery;
import dev.sluice.datapath.tc.U32;
import dev.sluice.kernel.netlink.MessageWriter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written equals what iproute2 6.18 sends, but for the legacy rate tables. */
final class TcRequestVectorsTest {
  private static final Device ETH0 = new Device(2, "eth0");
  private static final int IFB0 = 9;
  private static final int IP = 0x800;
  private static final int IPV6 = 0x86dd;
  private static final int ALL = Change.OfFilter.ALL_PROTOCOLS;
  private static final Handle QDISC = Handle.of(1, 0);
  private static final Handle ABCD = Handle.of(1, 0xabcd);
  private static final Handle ABCE = Handle.of(1, 0xabce);

  private static final Map<String, Consumer<MessageWriter>> REQUESTS = requests();

  private static Map<String, Consumer<MessageWriter>> requests() {
    Map<String, Consumer<MessageWriter>> all = new LinkedHashMap<>();
    qdiscs(all);
    classes(all);
    filters(all);
    listings(all);
    return all;
  }

  private static void qdiscs(Map<String, Consumer<MessageWriter>> all) {
    qdisc(
        all,
        "qdisc add dev eth0 root tbf rate 10mbit burst 32kbit latency 400ms",
        Verb.ADD,
        Handle.ROOT,
        0,
        Tbf.of(Rate.megabits(10), 4096, 400_000));
    qdisc(all, "qdisc del dev eth0 root", Verb.DELETE, Handle.ROOT, 0, null);
    qdisc(
        all,
        "qdisc add dev eth0 root handle 1: htb default 12",
        Verb.ADD,
        Handle.ROOT,
        1,
        Htb.withDefault(0x12));
    qdisc(
        all,
        "qdisc add dev eth0 root handle 1: pfifo limit 100",
        Verb.ADD,
        Handle.ROOT,
        1,
        new Qdisc.Pfifo(100L));
    qdisc(
        all,
        "qdisc replace dev eth0 root handle 2: bfifo limit 64kb",
        Verb.REPLACE,
        Handle.ROOT,
        2,
        new Qdisc.Bfifo(65536L));
    qdisc(
        all,
        "qdisc replace dev eth0 root handle 3: pfifo",
        Verb.REPLACE,
        Handle.ROOT,
        3,
        new Qdisc.Pfifo(null));
    qdisc(all, "qdisc del dev eth0 root handle 3:", Verb.DELETE, Handle.ROOT, 3, null);
    Rate megabit = Rate.megabits(1);
    Rate two = Rate.megabits(2);
    qdisc(
        all,
        "qdisc add dev eth0 root handle 10: tbf rate 1mbit burst 5kb latency 70ms"
            + " peakrate 2mbit minburst 1540",
        Verb.ADD,
        Handle.ROOT,
        0x10,
        new Tbf(
            RateSpec.of(megabit),
            Bucket.of(megabit, 5120),
            RateSpec.of(two),
            Bucket.of(two, 1540),
            8750 + 5120));
    qdisc(
        all,
        "qdisc change dev eth0 root handle 10: tbf rate 2mbit burst 10kb/8 limit 30000"
            + " overhead 24 mpu 64 linklayer atm",
        Verb.CHANGE,
        Handle.ROOT,
        0x10,
        new Tbf(
            new RateSpec(two, 24, 64, LinkLayer.ATM, 3), Bucket.of(two, 10240), null, null, 30000));
    qdisc(
        all,
        "qdisc replace dev eth0 root handle 10: tbf rate 40gbit burst 1mb latency 1ms",
        Verb.REPLACE,
        Handle.ROOT,
        0x10,
        Tbf.of(Rate.megabits(40_000), 1 << 20, 1000));
    qdisc(
        all,
        "qdisc add dev eth0 parent 10:1 handle 20: pfifo limit 10",
        Verb.ADD,
        Handle.of(0x10, 1),
        0x20,
        new Qdisc.Pfifo(10L));
    qdisc(
        all,
        "qdisc add dev eth0 root handle 1: htb default 0x30 r2q 20 direct_qlen 500",
        Verb.ADD,
        Handle.ROOT,
        1,
        new Htb(0x30, 20, 500L, false, 0, 3));
    qdisc(
        all,
        "qdisc add dev eth0 parent 1:abcd handle 30: pfifo limit 50",
        Verb.ADD,
        ABCD,
        0x30,
        new Qdisc.Pfifo(50L));
    qdisc(all, "qdisc add dev eth0 clsact", Verb.ADD, Handle.CLSACT, 0xffff, new Qdisc.Clsact());
    qdisc(all, "qdisc del dev eth0 clsact", Verb.DELETE, Handle.CLSACT, 0xffff, new Qdisc.Clsact());
    qdisc(
        all,
        "qdisc add dev eth0 handle ffff: ingress",
        Verb.ADD,
        Handle.CLSACT,
        0xffff,
        new Qdisc.Ingress());
    qdisc(
        all, "qdisc del dev eth0 ingress", Verb.DELETE, Handle.CLSACT, 0xffff, new Qdisc.Ingress());
  }

  private static void classes(Map<String, Consumer<MessageWriter>> all) {
    Handle inner = Handle.of(1, 1);
    trafficClass(
        all,
        "class add dev eth0 parent 1: classid 1:1 htb rate 10mbit",
        Verb.ADD,
        QDISC,
        inner,
        htb(Rate.megabits(10), Rate.megabits(10)));
    trafficClass(
        all,
        "class add dev eth0 parent 1:1 classid 1:10 htb rate 8mbit ceil 10mbit",
        Verb.ADD,
        inner,
        Handle.of(1, 0x10),
        htb(Rate.megabits(8), Rate.megabits(10)));
    trafficClass(
        all,
        "class add dev eth0 parent 1:1 classid 1:12 htb rate 2mbit ceil 10mbit",
        Verb.ADD,
        inner,
        Handle.of(1, 0x12),
        htb(Rate.megabits(2), Rate.megabits(10)));
    Rate hundred = Rate.megabits(100);
    RateSpec atm = new RateSpec(hundred, 20, 64, LinkLayer.ATM, 6);
    trafficClass(
        all,
        "class add dev eth0 parent 1: classid 1:1 htb rate 100mbit burst 15k cburst 20k"
            + " quantum 3000 prio 3 mtu 9000 overhead 20 mpu 64 linklayer atm",
        Verb.ADD,
        QDISC,
        inner,
        new TrafficClass.HtbClass(
            atm, atm, Bucket.of(hundred, 15360), Bucket.of(hundred, 20480), 3000, 3, 0));
    trafficClass(
        all,
        "class add dev eth0 parent 1:1 classid 1:abcd htb rate 40gbit ceil 80gbit",
        Verb.ADD,
        inner,
        ABCD,
        htb(Rate.megabits(40_000), Rate.megabits(80_000)));
    trafficClass(
        all,
        "class change dev eth0 parent 1:1 classid 1:abcd htb rate 1kbit",
        Verb.CHANGE,
        inner,
        ABCD,
        htb(Rate.bits(1000), Rate.bits(1000)));
    trafficClass(
        all,
        "class replace dev eth0 parent 1:1 classid 1:abce htb rate 4gbit ceil 5gbit",
        Verb.REPLACE,
        inner,
        ABCE,
        htb(Rate.megabits(4000), Rate.megabits(5000)));
    trafficClass(
        all, "class del dev eth0 classid 1:abcd", Verb.DELETE, Handle.UNSPECIFIED, ABCD, null);
    trafficClass(
        all, "class del dev eth0 classid 1:1", Verb.DELETE, Handle.UNSPECIFIED, inner, null);
  }

  private static void filters(Map<String, Consumer<MessageWriter>> all) {
    u32(
        all,
        "protocol ip parent 1:0 prio 1 u32 match ip src 192.168.1.100 flowid 1:10",
        1,
        IP,
        0,
        U32.matching(List.of(new U32.Key(-1, 0xc0a80164, 12, 0)), Handle.of(1, 0x10)));
    u32(
        all,
        "parent 1: protocol ip prio 5 u32 match ip dst 10.0.0.0/8 match ip protocol 6 0xff"
            + " match ip dport 80 0xffff flowid 1:abce",
        5,
        IP,
        0,
        U32.matching(
            List.of(
                new U32.Key(0xff000000, 0x0a000000, 16, 0),
                new U32.Key(0x00ff0000, 0x00060000, 8, 0),
                new U32.Key(0x0000ffff, 80, 20, 0)),
            ABCE));
    u32(
        all,
        "parent 1: protocol ip prio 5 u32 match tcp src 1024 0xfc00 match u8 0x10 0xff at 1"
            + " classid 1:abce",
        5,
        IP,
        0,
        U32.matching(
            List.of(
                new U32.Key(0xfc000000, 0x04000000, 0, -1),
                new U32.Key(0x00ff0000, 0x00100000, 0, 0)),
            ABCE));
    u32(
        all,
        "parent 1: protocol ipv6 prio 6 u32 match ip6 src 2001:db8::/48"
            + " match ip6 dport 443 0xffff flowid 1:abce",
        6,
        IPV6,
        0,
        U32.matching(
            List.of(
                new U32.Key(-1, 0x20010db8, 8, 0),
                new U32.Key(0xffff0000, 0, 12, 0),
                new U32.Key(0x0000ffff, 443, 40, 0)),
            ABCE));
    u32(
        all,
        "parent 1: protocol ip prio 7 handle 2: u32 divisor 256",
        7,
        IP,
        0x200000,
        new U32(null, 0, 0, 256, null, null, null, 0, List.of(), null, null));
    u32(
        all,
        "parent 1: protocol ip prio 7 u32 ht 800:: match ip dst 10.1.0.0/16"
            + " hashkey mask 0x000000ff at 16 link 2:",
        7,
        IP,
        0,
        new U32(
            null,
            0x80000000,
            0x200000,
            0,
            new U32.Selector(
                0, 0, 0, 0, 0, 16, 0xff, List.of(new U32.Key(0xffff0000, 0x0a010000, 16, 0))),
            null,
            null,
            0,
            List.of(),
            null,
            null));
    u32(
        all,
        "parent 1: protocol ip prio 7 u32 ht 2:7b: match ip dst 10.1.0.123 flowid 1:abce",
        7,
        IP,
        0,
        new U32(
            ABCE,
            U32.handle(2, 0x7b, 0),
            0,
            0,
            U32.Selector.terminal(List.of(new U32.Key(-1, 0x0a01007b, 16, 0))),
            null,
            null,
            0,
            List.of(),
            null,
            null));
    u32(
        all,
        "parent 1: protocol ip prio 8 u32 match mark 0x10 0xff flowid 1:abce",
        8,
        IP,
        0,
        new U32(
            ABCE,
            0,
            0,
            0,
            U32.Selector.terminal(List.of()),
            new U32.Mark(0x10, 0xff, 0),
            null,
            0,
            List.of(),
            null,
            null));
    U32.Selector everything = U32.Selector.terminal(List.of(new U32.Key(0, 0, 0, 0)));
    u32(
        all,
        "parent 1: protocol all prio 9 u32 match u32 0 0 flowid 1:abce",
        9,
        ALL,
        0,
        U32.matching(everything.keys(), ABCE));
    u32(
        all,
        "parent 1: protocol ip prio 11 u32 match ip sport 53 0xffff offset at 0 mask 0x0f00"
            + " shift 6 eat link 2:",
        11,
        IP,
        0,
        new U32(
            null,
            0,
            0x200000,
            0,
            new U32.Selector(
                U32.Selector.VARIABLE_OFFSET | U32.Selector.EAT,
                6,
                0x0f00,
                0,
                0,
                0,
                0,
                List.of(new U32.Key(0xffff0000, 53 << 16, 20, 0))),
            null,
            null,
            0,
            List.of(),
            null,
            null));
    U32 redirect =
        new U32(
            null,
            0,
            0,
            0,
            everything,
            null,
            null,
            0,
            List.of(new Action.Mirred(Action.Mirred.Mode.EGRESS_REDIRECT, IFB0, 4, 0)),
            null,
            null);
    u32(
        all,
        "parent 1: protocol all prio 10 u32 match u32 0 0 action mirred egress redirect dev ifb0",
        10,
        ALL,
        0,
        redirect);
    filter(
        all,
        "filter add dev eth0 ingress protocol ip prio 1 u32 match u32 0 0"
            + " action mirred egress redirect dev ifb0",
        Handle.CLSACT_INGRESS,
        1,
        IP,
        redirect);
    filter(
        all,
        "filter add dev eth0 egress bpf bytecode '1,6 0 0 4294967295' flowid 1:1 direct-action",
        Handle.CLSACT_EGRESS,
        0,
        ALL,
        new BpfFilter(
            new BpfFilter.Classic(List.of(new BpfFilter.Classic.Instruction(6, 0, 0, -1))),
            true,
            Handle.of(1, 1),
            0,
            List.of()));
    deletion(all, "parent 1: protocol ip prio 5 handle 800::800 u32", 5, IP, 0x80000800, "u32");
    deletion(all, "parent 1: prio 6", 6, 0, 0, null);
    deletion(all, "parent 1:", 0, 0, 0, null);
  }

  private static void listings(Map<String, Consumer<MessageWriter>> all) {
    for (String options : List.of("", "-s ", "-d -r ", "-d ", "-s -j -p ")) {
      all.put("tc " + options + "qdisc show dev eth0", out -> TcRequest.listQdiscs(out, 2));
    }
    for (String options : List.of("", "-s -d ", "-d ", "-j -s ")) {
      all.put(
          "tc " + options + "class show dev eth0",
          out -> TcRequest.listClasses(out, ETH0, Handle.UNSPECIFIED));
    }
    all.put(
        "tc class show dev eth0 parent 1:1",
        out -> TcRequest.listClasses(out, ETH0, Handle.of(1, 1)));
    listFilters(all, "-s filter show dev eth0", Handle.UNSPECIFIED);
    for (String options : List.of("", "-s -d -p ", "-j ")) {
      listFilters(all, options + "filter show dev eth0 parent 1:", QDISC);
    }
    listFilters(all, "-s filter show dev eth0 ingress", Handle.CLSACT_INGRESS);
    listFilters(all, "filter show dev eth0 egress", Handle.CLSACT_EGRESS);
  }

  private static void listFilters(
      Map<String, Consumer<MessageWriter>> all, String command, Handle parent) {
    all.put("tc " + command, out -> TcRequest.listFilters(out, FilterQuery.all(ETH0, parent)));
  }

  private static TrafficClass htb(Rate rate, Rate ceil) {
    return TrafficClass.HtbClass.of(rate, ceil);
  }

  private static void qdisc(
      Map<String, Consumer<MessageWriter>> all,
      String command,
      Verb verb,
      Handle parent,
      int major,
      @Nullable Qdisc qdisc) {
    put(
        all,
        command,
        new Change.OfQdisc(
            verb,
            ETH0,
            parent,
            Handle.of(major, 0),
            qdisc == null ? null : qdisc.kind(),
            qdisc,
            null));
  }

  private static void trafficClass(
      Map<String, Consumer<MessageWriter>> all,
      String command,
      Verb verb,
      Handle parent,
      Handle id,
      @Nullable TrafficClass trafficClass) {
    put(
        all,
        command,
        new Change.OfClass(
            verb,
            ETH0,
            parent,
            id,
            trafficClass == null ? null : trafficClass.kind(),
            trafficClass,
            null));
  }

  private static void u32(
      Map<String, Consumer<MessageWriter>> all,
      String command,
      int priority,
      int protocol,
      int handle,
      U32 filter) {
    put(
        all,
        "filter add dev eth0 " + command,
        new Change.OfFilter(
            Verb.ADD, ETH0, QDISC, priority, protocol, null, handle, "u32", filter, null));
  }

  private static void filter(
      Map<String, Consumer<MessageWriter>> all,
      String command,
      Handle parent,
      int priority,
      int protocol,
      Filter filter) {
    put(all, command, Change.OfFilter.add(ETH0, parent, priority, protocol, filter));
  }

  private static void deletion(
      Map<String, Consumer<MessageWriter>> all,
      String command,
      int priority,
      int protocol,
      int handle,
      @Nullable String kind) {
    put(
        all,
        "filter del dev eth0 " + command,
        new Change.OfFilter(
            Verb.DELETE, ETH0, QDISC, priority, protocol, null, handle, kind, null, null));
  }

  private static void put(Map<String, Consumer<MessageWriter>> all, String command, Change change) {
    all.put("tc " + command, out -> TcRequest.write(out, change, 0));
  }

  static Stream<Vectors.Vector> vectors() {
    return Vectors.all().stream()
        .filter(vector -> !vector.requests().isEmpty() && REQUESTS.containsKey(vector.command()));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void requestEqualsVector(Vectors.Vector vector) {
    MessageWriter out = new MessageWriter();
    Consumer<MessageWriter> request = REQUESTS.get(vector.command());
    assertThat(request).isNotNull();
    request.accept(out);
    assertThat(out.messages()).isEqualTo(1);
    assertThat(MessageTree.of(ByteBuffer.wrap(out.toByteArray())))
        .isEqualTo(MessageTree.of(vector.requests().getFirst()));
  }

  /**
   * A program's file descriptor is no constant; the request with one is tested where it is made.
   */
  @Test
  void everyVectorIsCovered() {
    assertThat(Vectors.all())
        .filteredOn(vector -> !vector.requests().isEmpty())
        .extracting(Vectors.Vector::command)
        .filteredOn(command -> !command.contains("object-file"))
        .allSatisfy(command -> assertThat(REQUESTS).containsKey(command));
  }
}
