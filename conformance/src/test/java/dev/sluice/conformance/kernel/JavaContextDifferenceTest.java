package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.CgroupSkb;
import dev.sluice.compiler.program.Ethernet;
import dev.sluice.compiler.program.Ipv4;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.PacketBytes;
import dev.sluice.compiler.program.Room;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.SocketBuffer;
import dev.sluice.compiler.program.Transport;
import dev.sluice.compiler.program.XdpContext;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.program.TestRun;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contexts of programs in Java tell and change, on the JVM and everywhere else. */
@Tag("datapath.differences")
public class JavaContextDifferenceTest {
  private static final int PACKETS = 200;
  private static final int HEADER = 14;

  /** What a packet is if its Ethernet address is not that of the loopback device. */
  private static final int OTHER_HOST = 3;

  private static long shared(SocketBuffer<?> skb) {
    long sum = skb.length() * 3L + skb.packetType() * 5L + skb.mark() * 7L + skb.protocol() * 11L;
    sum = sum * 31 + skb.vlanPresent() + skb.vlanTci() * 3L + skb.vlanProtocol() * 5L;
    sum = sum * 31 + skb.priority() + skb.ingressIfindex() * 3L + skb.ifindex() * 5L;
    sum = sum * 31 + skb.hash() + skb.napiId() * 3L + skb.gsoSegs() * 5L + skb.gsoSize() * 7L;
    return sum * 31 + skb.tstamp() + skb.hwtstamp() * 3 + skb.cb(0) * 5L + skb.cb(4);
  }

  /** All fields that a classifier may read and write. */
  @BpfProgram(otherwise = 3)
  public static int fields(SkBuff skb) {
    long sum = shared(skb) + skb.wireLength() * 3L;
    skb.cb(0, skb.cb(1) + 1).cb(4, (int) sum).cb(2, 77);
    skb.tcIndex(0x1_2345 + skb.mark());
    skb.tcClassid(skb.priority() + 0x1_0000);
    skb.queueMapping(skb.cb(1)).queueMapping(-1);
    skb.setHash(skb.mark() ^ 5);
    sum = sum * 31 + skb.tcIndex() + skb.tcClassid() * 3L + skb.queueMapping() * 5L + skb.hash();
    skb.tstamp(skb.tstamp() * 3 + 1).mark(skb.mark() + 1).priority(skb.priority() + 2);
    skb.invalidateHash();
    return (int) (sum ^ sum >>> 32) + skb.hash() + (int) (skb.tstamp() >>> 16);
  }

  /** The same of a program of a control group. */
  @BpfProgram(otherwise = CgroupSkb.DROP)
  public static int cgroup(CgroupSkb skb) {
    long sum = shared(skb) * 31 + skb.queueMapping() + skb.tcIndex() * 3L;
    skb.cb(0, skb.cb(1) + 1).cb(3, (int) sum).cb(4, (int) (sum >>> 32));
    skb.tstamp(skb.tstamp() * 3 + 1).mark(skb.mark() + 1).priority(skb.priority() + 2);
    Ipv4 ip = new Ipv4(skb, 0);
    boolean web = ip.protocol() == Transport.TCP && skb.u16(ip.payload() + 2) % 2 == 0;
    return web ? CgroupSkb.DROP : CgroupSkb.ALLOW;
  }

  /** Tags go on and off, and the packet is read between. */
  @BpfProgram(otherwise = 3)
  public static int vlan(SkBuff skb) {
    int sum = skb.u16(12) + skb.vlanPush(Ethernet.VLAN, skb.u16(30)) * 3;
    if (skb.u8(0) > 60) {
      sum += skb.vlanPush(skb.u8(1) > 128 ? Ethernet.PROVIDER_VLAN : skb.u16(2), 0x1_2345) * 5;
    }
    sum = sum * 31 + skb.u32(12) + skb.vlanTci() + skb.vlanProtocol();
    for (int i = 0; i < (skb.u8(3) & 3); i++) {
      sum = sum * 31 + skb.vlanPop() + skb.u16(14 + i) + skb.protocol() + skb.vlanPresent();
      skb.setU8(20, i);
    }
    return sum + skb.length() + skb.u8(40);
  }

  /** The packet gets shorter and longer at its end. */
  @BpfProgram(otherwise = 3)
  public static int tail(SkBuff skb) {
    int length = skb.length();
    int sum = skb.changeTail(length + skb.u8(5)) + skb.u8(length - 1);
    sum = sum * 31 + skb.changeTail(skb.u8(6) - 40) + skb.length();
    sum = sum * 31 + skb.changeType(skb.u8(7) & 7) + skb.packetType();
    sum = sum * 31 + skb.pullData(skb.u8(8)) + skb.u8(9);
    return sum + skb.u16(20);
  }

  /** Room before the packet, and a header of another size. */
  @BpfProgram(otherwise = 3)
  public static int head(SkBuff skb) {
    skb.setHash(7);
    int sum = skb.changeProtocol(skb.u8(5) > 20 ? Ethernet.IPV6 : Ethernet.IPV4) + skb.hash();
    sum = sum * 31 + skb.protocol() + skb.u32(16);
    sum = sum * 31 + skb.changeHead(skb.u8(6) - 20) + skb.u16(20);
    skb.setU16(12, sum);
    sum = sum * 31 + skb.changeProtocol(Ethernet.IPV4) + skb.length();
    return sum + skb.u8(50);
  }

  /** An outer header goes on, and another off. */
  @BpfProgram(otherwise = 3)
  public static int room(SkBuff skb) {
    int by = skb.u8(5);
    int sum = skb.adjustRoom((by & 63) - 30, Room.NETWORK, 0) + skb.u32(30);
    if (by < 128) {
      long flags = Room.ENCAP_IPV4 | Room.ENCAP_UDP | Room.ENCAP_ETHERNET;
      sum = sum * 31 + skb.adjustRoom(by - 10, Room.MAC, flags | Room.innerMac(14));
    } else {
      sum = sum * 31 + skb.adjustRoom(100 - by, Room.MAC, Room.DECAP_IPV6 | Room.FIXED_GSO);
    }
    sum = sum * 31 + skb.protocol() + skb.length() + skb.u16(12) + skb.u16(34);
    skb.setU8(14, sum);
    return sum + skb.adjustRoom(20, Room.MAC, Room.ENCAP_IPV6) + skb.u8(45);
  }

  /** What becomes of segments when a packet changes its shape. */
  @BpfProgram(otherwise = 3)
  public static int segments(SkBuff skb) {
    int sum = skb.gsoSegs() + skb.gsoSize() * 3 + skb.wireLength();
    if (skb.u8(5) < 90) {
      sum += skb.changeProtocol(skb.u16(12) == Ethernet.IPV4 ? Ethernet.IPV6 : Ethernet.IPV4);
    } else if (skb.u8(5) < 180) {
      sum += skb.changeHead(skb.u8(6)) + skb.vlanPush(Ethernet.VLAN, 5);
    } else {
      sum += skb.changeTail(skb.u8(7)) + skb.vlanPop();
    }
    return sum * 31 + skb.gsoSegs() + skb.gsoSize() * 3 + skb.wireLength() + skb.length();
  }

  /** A number is replaced, and the checksums that it is of. */
  @BpfProgram(otherwise = 3)
  public static int checksums(SkBuff skb) {
    int old = skb.u32(26);
    skb.setU32(26, skb.u32(30));
    int sum = skb.replaceL3Checksum(24, old, skb.u32(30), 4);
    sum = sum * 31 + skb.replaceL3Checksum(skb.u8(5), skb.u16(16), skb.u32(14), 2) + skb.u16(24);
    sum = sum * 31 + skb.replaceL4Checksum(40, old, skb.u32(30), 4, SkBuff.PSEUDO_HEADER);
    sum = sum * 31 + skb.replaceL4Checksum(50, skb.u16(42), skb.u32(44), 2, 0) + skb.u16(50);
    int both = SkBuff.PSEUDO_HEADER | SkBuff.ZERO_IS_NONE;
    sum = sum * 31 + skb.replaceL4Checksum(skb.u8(6), skb.u16(42), 0, 2, both);
    return sum + skb.replaceL4Checksum(52, 0, skb.u32(36), 4, SkBuff.ZERO_IS_NONE) + skb.u8(53);
  }

  /** Where packets are sent, and copies of them. */
  @BpfProgram(otherwise = 3)
  public static int elsewhere(SkBuff skb) {
    int first = skb.u8(0) + skb.checkMtu(skb.ifindex());
    if (skb.u8(5) > 128) {
      skb.cloneRedirect(1);
      first += skb.u8(1);
    }
    skb.setU8(20, first);
    return switch (first & 3) {
      case 0 -> skb.redirectPeer(7);
      case 1 -> skb.redirectIngress(1);
      default -> skb.redirect(2);
    };
  }

  /** An XDP packet's ends move. */
  @BpfProgram(otherwise = XdpContext.ABORTED)
  public static int ends(XdpContext packet) {
    int sum = packet.adjustHead(packet.u8(5) - 100) + packet.length();
    packet.setU8(0, sum);
    sum = sum * 31 + packet.adjustTail(packet.u8(20) * 8 - 90) + packet.u16(12);
    sum = sum * 31 + packet.adjustHead(14) + packet.u8(13);
    sum = sum * 31 + packet.adjustHead(-20) + packet.u16(6) + packet.length();
    return packet.u8(packet.length() - 1) > 200 ? packet.redirect(1) : sum;
  }

  private static Method method(String name) {
    return ProgramCompiler.programsOf(JavaContextDifferenceTest.class).stream()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What is seen of a run. */
  private record Seen(int verdict, String packet, String context) {
    static Seen of(int verdict, byte[] packet, byte[] context) {
      HexFormat hex = HexFormat.of();
      return new Seen(verdict, hex.formatHex(packet), hex.formatHex(context));
    }
  }

  /** A packet and the fields that a test run can set. */
  private record Input(Bytes packet, ByteBuffer context) {
    byte[] bytes() {
      return packet.toArray();
    }

    static Input random(Random random) {
      byte[] packet = ShippedTables.packet(random);
      for (int i = 1; i < 12; i++) {
        packet[i] = (byte) random.nextInt();
      }
      packet[0] = (byte) (random.nextInt() & 0xfe | 2);
      ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
      context.putInt(8, random.nextInt()).putInt(32, random.nextInt());
      context.putInt(36, random.nextInt());
      for (int i = 0; i < 5; i++) {
        context.putInt(48 + 4 * i, random.nextInt(0x1_2000) - 0x1000);
      }
      context.putLong(152, random.nextLong() >>> 1);
      context.putInt(160, random.nextBoolean() ? 0 : packet.length + random.nextInt(1000));
      context.putInt(164, random.nextInt(0x1_0000)).putInt(176, random.nextInt(0x1_0000));
      context.putLong(184, random.nextLong());
      return new Input(Bytes.copyOf(packet), context);
    }

    <T extends SocketBuffer<T>> T fill(T skb) {
      for (int i = 0; i < 5; i++) {
        skb.cb(i, context.getInt(48 + 4 * i));
      }
      return skb.mark(context.getInt(8))
          .priority(context.getInt(32))
          .ingressIfindex(context.getInt(36))
          .ifindex(1)
          .packetType(OTHER_HOST)
          .tstamp(context.getLong(152))
          .gsoSegs(context.getInt(164))
          .gsoSize(context.getInt(176))
          .hwtstamp(context.getLong(184));
    }

    /** The context as it is after a run, which does not tell of gso_size. */
    byte[] after(SocketBuffer<?> skb, int wireLength) {
      ByteBuffer after = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
      after.putInt(8, skb.mark()).putInt(32, skb.priority()).putInt(36, skb.ingressIfindex());
      after.putInt(40, skb.ifindex());
      for (int i = 0; i < 5; i++) {
        after.putInt(48 + 4 * i, skb.cb(i));
      }
      after.putLong(152, skb.tstamp()).putInt(160, wireLength).putInt(164, skb.gsoSegs());
      return after.putInt(176, context.getInt(176)).putLong(184, skb.hwtstamp()).array();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fields", "segments"})
  void classifiersReadAndWriteFields(String name) {
    compare(
        name,
        input -> {
          SkBuff skb = input.fill(new SkBuff(input.bytes()));
          int wire = input.context().getInt(160);
          skb.wireLength(wire == 0 ? input.bytes().length : wire);
          int verdict = JavaProgram.of(method(name)).run(skb);
          return Seen.of(verdict, skb.toArray(), input.after(skb, skb.wireLength()));
        },
        input -> TestRun.of(input.bytes()).withContext(Bytes.copyOf(input.context().array())));
  }

  @Test
  void programsOfControlGroupsReadAndWriteFields() {
    compare(
        "cgroup",
        input -> {
          byte[] bytes = input.bytes();
          // Test runs take the protocol from the Ethernet header, which the program does not see.
          int type = new SkBuff(bytes).protocol();
          CgroupSkb skb = new CgroupSkb(Arrays.copyOfRange(bytes, HEADER, bytes.length));
          int verdict = JavaProgram.of(method("cgroup")).run(input.fill(skb).protocol(type));
          byte[] after = new byte[bytes.length];
          System.arraycopy(skb.toArray(), 0, after, HEADER, after.length - HEADER);
          int wire = input.context().getInt(160);
          return Seen.of(verdict, after, input.after(skb, wire == 0 ? skb.length() : wire));
        },
        input -> TestRun.of(input.bytes()).withContext(Bytes.copyOf(input.context().array())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vlan", "tail", "head", "room", "checksums", "elsewhere"})
  void classifiersChangePackets(String name) {
    compare(name, input -> run(name, new SkBuff(input.bytes()).packetType(OTHER_HOST)));
  }

  @Test
  void xdpProgramsMoveTheirPacketsEnds() {
    compare("ends", input -> run("ends", new XdpContext(input.bytes(), 1, 0)));
  }

  private static Seen run(String name, PacketBytes packet) {
    int verdict = JavaProgram.of(method(name)).run(packet);
    return Seen.of(verdict, packet.toArray(), new byte[0]);
  }

  private static void compare(String name, Function<Input, Seen> onJvm) {
    compare(name, onJvm, input -> TestRun.of(input.bytes()));
  }

  private static void compare(
      String name, Function<Input, Seen> onJvm, Function<Input, TestRun> asRun) {
    Random random = new Random(name.hashCode());
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      inputs.add(Input.random(random));
    }
    List<Seen> expected = inputs.stream().map(onJvm).toList();
    assertThat(expected.stream().distinct()).hasSizeGreaterThan(PACKETS / 2);
    try (JavaPlaces places = new JavaPlaces()) {
      places.each(
          ProgramCompiler.compile(method(name)).program(),
          (place, program) -> {
            for (int i = 0; i < PACKETS; i++) {
              TestRun.Result result = program.apply(asRun.apply(inputs.get(i)));
              Seen seen =
                  Seen.of(result.verdict(), result.packet().toArray(), result.context().toArray());
              assertThat(seen).as("%s at %s, packet %d", name, place, i).isEqualTo(expected.get(i));
            }
          });
    }
  }
}
