package dev.sluice.conformance.kernel;

import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Cell;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Icmp;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.Loop;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Tcp;
import dev.sluice.compiler.program.Udp;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.compiler.program.XdpContext;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What programs in Java may do beside computing: XDP, other programs, other devices, tables. */
@Tag("datapath.differences")
public class JavaFeaturesDifferenceTest {
  static final ProgramTable STAGES = ProgramTable.of(4);
  static final Table<Integer, Totals> COUNTERS = Table.array(Totals.class, 4);
  static final Table<Integer, Totals> TOTALS = Table.hash(Integer.class, Totals.class, 16);

  /** What is kept by protocol. */
  public record Totals(byte smallest, short last, int packets, long bytes, boolean odd) {}

  /** An XDP program: shortens nothing, answers by protocol, writes a byte. */
  @BpfProgram(otherwise = XdpContext.ABORTED)
  public static int xdp(XdpContext packet) {
    Ethernet.Payload payload = new Ethernet(packet).payload();
    if (payload.type() != Ethernet.IPV4) {
      return XdpContext.PASS;
    }
    Ipv4 ip = new Ipv4(packet, payload.offset());
    packet.setU8(payload.offset() + 8, packet.u8(payload.offset() + 8) - 1);
    return ip.protocol() == 17 ? XdpContext.DROP : XdpContext.PASS + (packet.rxQueueIndex() & 0);
  }

  /** Goes on with one of two programs, or with none. */
  @BpfProgram(otherwise = 40)
  public static int stages(SkBuff skb) {
    skb.mark(1);
    int first = skb.u8(1);
    STAGES.call(skb, skb.u8(0) & 7);
    // Checked again: the verifier takes it that a program that came back may have moved the packet.
    return 41 + first - skb.u8(1);
  }

  /** One of them. */
  @BpfProgram(otherwise = 42)
  public static int stage(SkBuff skb) {
    skb.mark(skb.mark() + 1);
    return skb.u8(60) + 100;
  }

  /** Reads what the headers name. */
  @BpfProgram(otherwise = 60)
  public static int headers(SkBuff skb) {
    Ipv4 ip = new Ipv4(skb, 14);
    int at = ip.payload();
    Tcp tcp = new Tcp(skb, at);
    Udp udp = new Udp(skb, at);
    Icmp icmp = new Icmp(skb, at);
    return switch (ip.protocol()) {
      case 1 -> icmp.type() + icmp.code() * 3 + icmp.identifier() * 5 + icmp.sequence();
      case 6 ->
          tcp.sourcePort()
              + tcp.destinationPort() * 3
              + tcp.sequence() * 5
              + tcp.headerLength() * 7
              + (tcp.acknowledgement() ^ tcp.flags());
      case 17 -> udp.sourcePort() + udp.destinationPort() * 3 + udp.length();
      default -> ip.totalLength() + ip.typeOfService() + (ip.destination() ^ ip.source());
    };
  }

  /** Sends some packets elsewhere. */
  @BpfProgram(otherwise = 0)
  public static int redirect(SkBuff skb) {
    if (skb.u8(0) < 20) {
      skb.cloneRedirect(1);
    }
    return skb.u8(0) > 200 ? skb.redirectPeer(1) : skb.u8(0) > 100 ? skb.redirect(1) : Verdict.NEXT;
  }

  /** Keeps totals whose components have all sizes and signs. */
  @BpfProgram(otherwise = 50)
  public static int totals(SkBuff skb) {
    int key = skb.u8(23) & 3;
    byte first = (byte) skb.u8(40);
    short last = (short) skb.u16(41);
    Totals known = TOTALS.get(key);
    if (known == null) {
      TOTALS.put(key, new Totals(first, last, 1, skb.length(), true));
      return 0;
    }
    byte smallest = first < known.smallest() ? first : known.smallest();
    Totals next =
        new Totals(smallest, last, known.packets() + 1, known.bytes() + skb.length(), !known.odd());
    int result = TOTALS.put(key, next);
    if (next.packets() > 5) {
      result += TOTALS.remove(key) * 3;
    }
    return result + smallest + (known.odd() ? 1000 : 2000) + known.last();
  }

  /** The sum over a packet, two bytes a turn. */
  public record Sum(SkBuff skb, int at, int sum) {
    boolean inside() {
      return at + 1 < skb.length();
    }
  }

  private static Sum add(int turn, Sum sum) {
    return new Sum(sum.skb(), sum.at() + 2, sum.sum() + sum.skb().u16(sum.at()) * (turn | 1));
  }

  /** Loops over a whole packet, and over much more than that. */
  @BpfProgram(otherwise = 70)
  public static int loops(SkBuff skb) {
    Sum whole = Loop.run(40_000, new Sum(skb, 14, 0), Sum::inside, JavaFeaturesDifferenceTest::add);
    int mixed = Loop.run(skb.u8(0) * 100, whole.sum(), (turn, x) -> x * 31 + turn);
    int turns = skb.u8(1) == 7 ? -1 : 5;
    int last = Loop.run(turns, 1, (turn, x) -> x << 1);
    // Beyond the packet's end, for some.
    Sum far = Loop.run(skb.u8(0) / 2, new Sum(skb, 0, 0), JavaFeaturesDifferenceTest::add);
    return mixed + last + far.sum();
  }

  /** Changes counters in all atomic ways. */
  @BpfProgram(otherwise = 80)
  public static int atomics(SkBuff skb) {
    Cell<Totals> cell = COUNTERS.cell(skb.u8(0) & 3);
    if (cell == null) {
      return 81;
    }
    long sum = cell.getAndAdd("bytes", skb.u32(20)) + cell.getAndAdd("packets", skb.u8(1) - 100);
    sum = sum * 31 + cell.getAndOr("bytes", skb.u8(2)) + cell.getAndAnd("packets", ~skb.u8(3));
    sum = sum * 31 + cell.getAndXor("bytes", skb.u64(24)) + cell.getAndSet("packets", skb.u32(30));
    if (cell.compareAndSet("packets", skb.u8(4) > 100 ? skb.u32(30) : 5, -7)) {
      sum += 3;
    }
    if (cell.compareAndSet("bytes", 0, sum)) {
      sum += 5;
    }
    cell.add("bytes", 1);
    return (int) (sum ^ sum >>> 32);
  }

  private static final JavaComparison PACKETS =
      JavaComparison.of(JavaFeaturesDifferenceTest.class, SkBuff::new);
  private static final JavaComparison XDP_PACKETS =
      JavaComparison.of(JavaFeaturesDifferenceTest.class, bytes -> new XdpContext(bytes, 1, 0));

  @Test
  void xdpProgramsDoTheSame() {
    XDP_PACKETS.compare("xdp");
  }

  @Test
  void loopsDoTheSame() {
    PACKETS.compare("loops");
  }

  @Test
  void atomicUpdatesDoTheSame() {
    COUNTERS.clear();
    PACKETS.compare("atomics");
  }

  @Test
  void headersAreTheSame() {
    PACKETS.compare("headers");
  }

  @Test
  void redirectsDoTheSame() {
    PACKETS.compare("redirect");
  }

  @Test
  void tablesDoTheSame() {
    TOTALS.clear();
    PACKETS.compare("totals");
  }

  @Test
  void programsGoOnWithOthers() {
    Method stage = PACKETS.method("stage");
    STAGES.put(1, stage);
    STAGES.put(3, stage);
    PACKETS.compare(
        "stages",
        (place, object) -> {
          // Held by the map from then on.
          Program loaded =
              place.programs().load(ProgramCompiler.compile(stage).program(), Map.of());
          BpfMap map = Objects.requireNonNull(object.maps().get("stages"));
          for (int index : new int[] {1, 3}) {
            map.update(
                ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(index).array(),
                place.maps().reference(loaded));
          }
        });
  }
}
