package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Icmp;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.PacketBytes;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Tcp;
import dev.sluice.compiler.program.Udp;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.compiler.program.XdpContext;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What programs in Java may do beside computing: XDP, other programs, other devices, tables. */
@Tag("datapath.differences")
public class JavaFeaturesDifferenceTest {
  static final ProgramTable STAGES = ProgramTable.of(4);
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
    STAGES.call(skb, skb.u8(0) & 7);
    return skb.u8(0) + 200;
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
    return skb.u8(0) > 100 ? skb.redirect(1) : Verdict.NEXT;
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

  private static Method method(String name) {
    return ProgramCompiler.programsOf(JavaFeaturesDifferenceTest.class).stream()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void xdpProgramsDoTheSame() {
    compare("xdp", bytes -> new XdpContext(bytes, 1, 0), (_, _) -> {});
  }

  @Test
  void headersAreTheSame() {
    compare("headers", SkBuff::new, (_, _) -> {});
  }

  @Test
  void redirectsDoTheSame() {
    compare("redirect", SkBuff::new, (_, _) -> {});
  }

  @Test
  void tablesDoTheSame() {
    TOTALS.clear();
    compare("totals", SkBuff::new, (_, _) -> {});
  }

  @Test
  void programsGoOnWithOthers() {
    STAGES.put(1, method("stage"));
    STAGES.put(3, method("stage"));
    compare(
        "stages",
        SkBuff::new,
        (place, object) -> {
          // Held by the map from then on.
          Program stage =
              place.programs().load(ProgramCompiler.compile(method("stage")).program(), Map.of());
          BpfMap map = Objects.requireNonNull(object.maps().get("stages"));
          for (int index : new int[] {1, 3}) {
            map.update(
                ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(index).array(),
                place.maps().reference(stage));
          }
        });
  }

  private interface Setup {
    void apply(Datapath place, LoadedObject object);
  }

  private static void compare(String name, Function<byte[], PacketBytes> context, Setup setup) {
    Method method = method(name);
    try (JavaPlaces places = new JavaPlaces()) {
      List<LoadedObject> loaded = new ArrayList<>();
      for (Datapath place : places.all().values()) {
        LoadedObject object = place.programs().load(ProgramCompiler.compile(method).object());
        loaded.add(object);
        setup.apply(place, object);
      }
      Random random = new Random(name.hashCode());
      for (int i = 0; i < 300; i++) {
        byte[] bytes = ShippedTables.packet(random);
        bytes[0] = (byte) random.nextInt();
        PacketBytes packet = context.apply(bytes);
        int expected = JavaProgram.of(method).run(packet);
        for (LoadedObject object : loaded) {
          Program program = object.programs().values().iterator().next();
          TestRun.Result result = program.testRun(TestRun.of(bytes));
          assertThat(result.verdict()).as("%s %d", name, i).isEqualTo(expected);
          assertThat(result.packet().toArray()).isEqualTo(packet.toArray());
        }
      }
      loaded.forEach(LoadedObject::close);
    }
  }
}
