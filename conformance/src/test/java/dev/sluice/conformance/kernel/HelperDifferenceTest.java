package dev.sluice.conformance.kernel;

import static dev.sluice.conformance.kernel.HelperCall.context;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Helper by helper, the engine does what the kernel does: result, memory, fields of the context
 * after each call, and the packet's bytes. Scripts of several calls find what one leaves behind for
 * the next.
 */
@Tag("datapath.differences")
class HelperDifferenceTest {
  private static final int SCRIPTS = Integer.getInteger("sluice.helper.scripts", 60);

  /** Length to control buffer, without hash, of which the kernel's is its own. */
  private static final List<Integer> CLASSIFIER_FIELDS =
      List.of(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 72, 164, 176);

  private static final List<Topic> SINGLE =
      Arrays.stream(Topic.values()).filter(topic -> topic != Topic.ALL).toList();

  private static KernelVerdict kernel;

  private SplittableRandom random = new SplittableRandom(1);

  @BeforeAll
  static void openKernel() {
    kernel = KernelVerdict.open();
  }

  @AfterAll
  static void closeKernel() {
    if (kernel != null) {
      kernel.close();
    }
  }

  /** Kinds of packets that scripts run on. */
  private enum Shape {
    IPV4,
    IPV6,
    VLAN,
    DOUBLE_VLAN,
    ARP,
    LENGTH
  }

  enum Topic {
    BYTES,
    CHECKSUMS,
    VLAN,
    EDGES,
    ROOM,
    FACTS,
    ALL
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void classifiersSeeWhatTheySeeOnTheKernel(Topic topic) {
    random = new SplittableRandom(topic.name().hashCode());
    for (int i = 0; i < SCRIPTS; i++) {
      for (Shape shape : Shape.values()) {
        List<HelperCall> calls = new ArrayList<>();
        int count = random.nextInt(1, 5);
        for (int n = 0; n < count; n++) {
          calls.add(call(topic));
        }
        withoutTailBehindGrowth(calls);
        compare(ProgramType.SCHED_CLS, CLASSIFIER_FIELDS, calls, packet(shape));
      }
    }
  }

  /**
   * Packets of test runs have no transport header, and the kernel takes them to have one,
   * somewhere, once it had to find more room before the packet ({@code pskb_expand_head}). The
   * shortest length that {@code skb_change_tail} takes depends on that.
   */
  private static void withoutTailBehindGrowth(List<HelperCall> calls) {
    boolean grows =
        calls.stream()
            .map(HelperCall::function)
            .anyMatch(
                function ->
                    function == HelperFunction.SKB_CHANGE_HEAD
                        || function == HelperFunction.SKB_ADJUST_ROOM
                        || function == HelperFunction.SKB_CHANGE_PROTO);
    if (grows) {
      calls.removeIf(call -> call.function() == HelperFunction.SKB_CHANGE_TAIL);
    }
  }

  @Test
  void xdpProgramsSeeWhatTheySeeOnTheKernel() {
    for (int i = 0; i < 6 * SCRIPTS; i++) {
      List<HelperCall> calls = new ArrayList<>();
      int count = random.nextInt(1, 6);
      for (int n = 0; n < count; n++) {
        calls.add(xdpCall());
      }
      compare(ProgramType.XDP, List.of(12, 16), calls, packet(Shape.IPV4));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {"CGROUP_SKB", "SOCKET_FILTER"})
  void programsThatSeePacketsFromTheNetworkHeaderLoadBytes(ProgramType type) {
    for (int i = 0; i < SCRIPTS; i++) {
      for (Shape shape : List.of(Shape.IPV4, Shape.IPV6, Shape.VLAN)) {
        compare(
            type,
            List.of(0, 4, 16, 20, 24, 28),
            List.of(loadBytes(), loadRelative(), loadBytes()),
            packet(shape));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "%d and %u",
        "%5d|%-5d|%05d",
        "%+d % d %i",
        "%x %X %lx",
        "%ld %lld %llu",
        "%llx",
        "%c%c%c",
        "100%%",
        "%p",
        "%px",
        "%p%",
        "%p%d",
        "%p%%",
        "%p%%d",
        "%pKfoo bar",
        "%ps",
        "%p%p%p%p",
        "%-20p|",
        "%20p|",
        "%020p|",
        "%20px|",
        "%08x",
        "%s!",
        "%sx",
        "%z",
        "%hd",
        "%",
        "%d %d %d %d",
        "tab\tnew\nline",
        "\u0001",
        "%pI4",
        "%pi6",
        "%pI7",
        "%-08d|",
        "%lllu",
        "%#x",
        "%.3d",
        "%20d",
        "%5c|",
        "%-5c|",
        "%pI4x"
      })
  void printedTextIsAsLongAsOnTheKernel(String format) {
    byte[] text = (format + "\0").getBytes(StandardCharsets.ISO_8859_1);
    compare(
        ProgramType.SCHED_CLS,
        List.of(),
        List.of(
            HelperCall.of(HelperFunction.TRACE_PRINTK, text, text.length, -42, 0x12345, 7),
            HelperCall.of(HelperFunction.TRACE_PRINTK, text, text.length - 1, 1, 2, 3)),
        packet(Shape.IPV4));
  }

  private static void compare(
      ProgramType type, List<Integer> fields, List<HelperCall> calls, byte[] packet) {
    HelperScript script = new HelperScript(type, fields, calls);
    List<String> engine = script.on(KernelVerdict.engine(), packet);
    List<String> real = script.on(kernel.datapath(), packet);
    if (real.getLast().equals(HelperScript.NO_PACKET)) {
      engine.set(engine.size() - 1, HelperScript.NO_PACKET);
    }

    assertThat(engine).isEqualTo(real);
  }

  private byte[] packet(Shape shape) {
    byte[] packet = new byte[random.nextInt(72, 200)];
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) random.nextInt();
    }
    packet[0] &= random.nextBoolean() ? (byte) 0xfe : (byte) 0xff;
    switch (shape) {
      case IPV4 -> ipv4(packet, 12);
      case IPV6 -> ipv6(packet, 12);
      case VLAN -> {
        tag(packet, 12, random.nextBoolean() ? 0x8100 : 0x88a8);
        if (random.nextBoolean()) {
          ipv4(packet, 16);
        } else {
          ipv6(packet, 16);
        }
      }
      case DOUBLE_VLAN -> {
        tag(packet, 12, 0x88a8);
        tag(packet, 16, 0x8100);
        ipv4(packet, 20);
      }
      case ARP -> tag(packet, 12, 0x0806);
      case LENGTH -> {
        tag(packet, 12, random.nextInt(0x600));
        if (random.nextBoolean()) {
          tag(packet, 14, 0xffff);
        }
      }
    }
    return packet;
  }

  private void ipv4(byte[] packet, int at) {
    tag(packet, at, 0x0800);
    packet[at + 2] = 0x45;
    packet[at + 11] = (byte) (random.nextBoolean() ? 6 : 17);
  }

  private void ipv6(byte[] packet, int at) {
    tag(packet, at, 0x86dd);
    packet[at + 2] = (byte) (0x60 | random.nextInt(16));
    packet[at + 8] = (byte) (random.nextBoolean() ? 6 : 17);
  }

  private static void tag(byte[] packet, int at, int type) {
    packet[at] = (byte) (type >>> 8);
    packet[at + 1] = (byte) type;
  }

  private HelperCall call(Topic topic) {
    return switch (topic) {
      case BYTES -> oneOf(this::loadBytes, this::loadRelative, this::storeBytes, this::pull);
      case CHECKSUMS -> oneOf(this::l3, this::l4, this::difference, this::checksumState, this::ecn);
      case VLAN -> oneOf(this::vlan, this::vlan, this::loadRelative, this::storeBytes, this::ecn);
      case EDGES -> oneOf(this::tail, this::head, this::type, this::loadRelative);
      case ROOM -> oneOf(this::room, this::room, this::room, this::protocol, this::tail);

      case FACTS -> oneOf(this::facts, this::mtu, this::timestamp, this::redirect);
      case ALL -> call(SINGLE.get(random.nextInt(SINGLE.size())));
    };
  }

  private interface Maker {
    HelperCall make();
  }

  private HelperCall oneOf(Maker... makers) {
    return makers[random.nextInt(makers.length)].make();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Mostly an offset in the packet; sometimes one at its end or far off. */
  private int offset() {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextInt(0x2_0000);
      case 2 -> 0xffff + random.nextInt(2);
      default -> random.nextInt(220);
    };
  }

  private long flags(long valid) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> 1L << random.nextInt(64);
      default -> random.nextLong() & valid;
    };
  }

  private HelperCall loadBytes() {
    int size = random.nextInt(1, 64);
    return HelperCall.of(HelperFunction.SKB_LOAD_BYTES, context(), offset(), bytes(size), size);
  }

  private HelperCall loadRelative() {
    int size = random.nextInt(1, 64);
    return HelperCall.of(
        HelperFunction.SKB_LOAD_BYTES_RELATIVE,
        context(),
        offset(),
        bytes(size),
        size,
        random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(2));
  }

  private HelperCall storeBytes() {
    int size = random.nextInt(1, 64);
    return HelperCall.of(
        HelperFunction.SKB_STORE_BYTES, context(), offset(), bytes(size), size, flags(3));
  }

  private HelperCall pull() {
    return HelperCall.of(HelperFunction.SKB_PULL_DATA, context(), offset());
  }

  private HelperCall l3() {
    long flags = flags(6);
    return HelperCall.of(
        HelperFunction.L3_CSUM_REPLACE, context(), offset(), value(flags), sum(), flags);
  }

  private HelperCall l4() {
    long flags = flags(0xf6);
    return HelperCall.of(
        HelperFunction.L4_CSUM_REPLACE, context(), offset(), value(flags), sum(), flags);
  }

  private long value(long flags) {
    return (flags & 0xf) == 0 && random.nextInt(4) > 0 ? 0 : sum();
  }

  private long sum() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextLong();
      case 1 -> 0;
      case 2 -> 0xffff;
      case 3 -> 0xffff_ffffL;
      default -> random.nextInt() & 0xffff_ffffL;
    };
  }

  private HelperCall difference() {
    int from = random.nextInt(8) * 4;
    int to = random.nextInt(8) * 4;
    byte[] fromBytes = random.nextInt(4) == 0 ? new byte[from] : bytes(from);
    if (random.nextInt(6) == 0) {
      Arrays.fill(fromBytes, (byte) 0xff);
    }
    return HelperCall.of(
        HelperFunction.CSUM_DIFF,
        from == 0 ? (Object) 0 : fromBytes,
        from,
        to == 0 ? (Object) 0 : random.nextInt(4) == 0 ? new byte[to] : bytes(to),
        to,
        sum());
  }

  private HelperCall checksumState() {
    return random.nextBoolean()
        ? HelperCall.of(
            HelperFunction.CSUM_LEVEL,
            context(),
            random.nextInt(9) == 0 ? random.nextLong() : random.nextInt(5))
        : HelperCall.of(HelperFunction.CSUM_UPDATE, context(), random.nextInt());
  }

  private HelperCall ecn() {
    return HelperCall.of(HelperFunction.SKB_ECN_SET_CE, context());
  }

  private HelperCall vlan() {
    int type =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt();
          case 1 -> 0x0008;
          case 2 -> 0xa888;
          default -> 0x0081;
        };
    return random.nextInt(5) < 2
        ? HelperCall.of(HelperFunction.SKB_VLAN_POP, context())
        : HelperCall.of(HelperFunction.SKB_VLAN_PUSH, context(), type, random.nextInt());
  }

  private HelperCall tail() {
    int length =
        switch (random.nextInt(8)) {
          case 0 -> 16_063 + random.nextInt(3);
          case 1 -> random.nextInt(60);
          case 2 -> random.nextInt();
          default -> random.nextInt(14, 400);
        };
    return HelperCall.of(
        HelperFunction.SKB_CHANGE_TAIL, context(), length, random.nextInt(9) == 0 ? flags(0) : 0);
  }

  private HelperCall head() {
    int room =
        switch (random.nextInt(8)) {
          case 0 -> 16_064 - random.nextInt(300);
          case 1 -> random.nextInt();
          default -> random.nextInt(400);
        };
    return HelperCall.of(
        HelperFunction.SKB_CHANGE_HEAD, context(), room, random.nextInt(9) == 0 ? flags(0) : 0);
  }

  private HelperCall type() {
    return HelperCall.of(
        HelperFunction.SKB_CHANGE_TYPE,
        context(),
        random.nextInt(6) == 0 ? random.nextInt() : random.nextInt(6));
  }

  private HelperCall protocol() {
    int type = List.of(0x0008, 0xdd86, 0xdd86, 0x0081, random.nextInt()).get(random.nextInt(5));
    return HelperCall.of(
        HelperFunction.SKB_CHANGE_PROTO, context(), type, random.nextInt(9) == 0 ? flags(0) : 0);
  }

  private HelperCall room() {
    int by =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt();
          case 1 -> random.nextInt(-4200, 4200);
          default -> random.nextInt(-80, 120);
        };
    long flags = 0;
    for (int i = random.nextInt(4); i > 0; i--) {
      flags |= 1L << random.nextInt(9);
    }
    if (random.nextInt(6) == 0) {
      flags |= (long) random.nextInt(64) << 56;
    }
    return HelperCall.of(
        HelperFunction.SKB_ADJUST_ROOM,
        context(),
        by,
        random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(2),
        random.nextInt(10) == 0 ? flags(0) : flags);
  }

  private HelperCall facts() {
    return switch (random.nextInt(5)) {
      case 0 -> HelperCall.of(HelperFunction.SET_HASH_INVALID, context());
      case 1 -> HelperCall.of(HelperFunction.SET_HASH, context(), random.nextInt());
      case 2 -> HelperCall.of(HelperFunction.GET_ROUTE_REALM, context());
      case 3 -> HelperCall.of(HelperFunction.GET_NUMA_NODE_ID);
      default -> HelperCall.of(HelperFunction.SKB_CHANGE_TYPE, context(), random.nextInt(5));
    };
  }

  private HelperCall timestamp() {
    return HelperCall.of(
        HelperFunction.SKB_SET_TSTAMP,
        context(),
        random.nextBoolean() ? 0 : random.nextLong(),
        random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(4));
  }

  private HelperCall mtu() {
    byte[] length = new byte[4];
    if (random.nextBoolean()) {
      length[0] = (byte) random.nextInt();
      length[2] = (byte) random.nextInt(3);
    }
    return HelperCall.of(
        HelperFunction.CHECK_MTU,
        context(),
        random.nextInt(3),
        length,
        random.nextBoolean() ? 0 : random.nextInt(-70_000, 70_000),
        random.nextInt(4) == 0 ? flags(1) : 0);
  }

  private HelperCall redirect() {
    return switch (random.nextInt(3)) {
      case 0 -> HelperCall.of(HelperFunction.REDIRECT_PEER, random.nextInt(), flags(0));
      default -> HelperCall.of(HelperFunction.REDIRECT, random.nextInt(), flags(1));
    };
  }

  private HelperCall xdpCall() {
    int size = random.nextInt(1, 64);
    int moved =
        switch (random.nextInt(6)) {
          case 0 -> random.nextInt();
          case 1 -> random.nextInt(-300, 4000);
          default -> random.nextInt(-64, 64);
        };
    return switch (random.nextInt(9)) {
      case 0 -> HelperCall.of(HelperFunction.XDP_ADJUST_HEAD, context(), moved);
      case 1 -> HelperCall.of(HelperFunction.XDP_ADJUST_TAIL, context(), moved);
      case 2 ->
          HelperCall.of(
              HelperFunction.XDP_ADJUST_META,
              context(),
              random.nextBoolean() ? moved : -4 * random.nextInt(70));
      case 3 -> HelperCall.of(HelperFunction.XDP_GET_BUFF_LEN, context());
      case 4 ->
          HelperCall.of(HelperFunction.XDP_LOAD_BYTES, context(), offset(), bytes(size), size);
      case 5 ->
          HelperCall.of(HelperFunction.XDP_STORE_BYTES, context(), offset(), bytes(size), size);
      case 6 -> HelperCall.of(HelperFunction.REDIRECT, random.nextInt(), flags(0));
      case 7 -> mtu();
      default -> difference();
    };
  }
}
