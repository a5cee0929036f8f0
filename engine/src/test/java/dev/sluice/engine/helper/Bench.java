package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.MapSlots;
import dev.sluice.engine.vm.Surroundings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A packet and an execution to call helpers on, and what they did to the surroundings. */
final class Bench implements Surroundings {
  static final long CONTEXT = Address.of(Address.CONTEXT, 0);

  /** Ethernet, IPv4 with TCP from 10.0.0.1:1000 to 10.0.0.2:80, 6 bytes of payload. */
  static final String IPV4 =
      "020000000002020000000001"
          + "0800"
          + "4500002e00004000400626c80a0000010a000002"
          + "03e800500000000000000000500000000000"
          + "0000"
          + "010203040506";

  /** Ethernet, IPv6 with UDP, 8 bytes of payload. */
  static final String IPV6 =
      "020000000002020000000001"
          + "86dd"
          + "6000000000101140"
          + "20010db8000000000000000000000001"
          + "20010db8000000000000000000000002"
          + "1388003500100000"
          + "0102030405060708";

  final List<String> traced = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  final List<String> copies = new ArrayList<>();
  final MapSlots slots = new MapSlots();
  final Execution execution = new Execution(this);
  final HelperTable table;
  long time = 1_000_000_007;
  boolean listening = true;

  Bench(ProgramType type, String packet) {
    table = HelperTable.of(type);
    byte[] bytes = HexFormat.of().parseHex(packet);
    fill(bytes, bytes.length);
  }

  static Bench ipv4() {
    return new Bench(ProgramType.SCHED_CLS, IPV4);
  }

  static Bench ipv6() {
    return new Bench(ProgramType.SCHED_CLS, IPV6);
  }

  static Bench xdp() {
    return new Bench(ProgramType.XDP, IPV4);
  }

  /** Puts another packet in, of which only the first bytes are held. */
  void fill(byte[] held, int length) {
    SocketBuffer packet = new SocketBuffer(held.length);
    packet.fill(held, 0, held.length, length);
    packet.deviceIndex = 3;
    execution.begin(packet);
  }

  SocketBuffer packet() {
    return execution.packet;
  }

  String bytes() {
    return HexFormat.of().formatHex(packet().toArray());
  }

  /** Calls a helper; missing arguments are 0. */
  long call(HelperFunction function, long... arguments) {
    long[] all = Arrays.copyOf(arguments, 5);
    Helper helper = Objects.requireNonNull(table.find(function.id()), function::kernelName);
    return helper.call(execution, all[0], all[1], all[2], all[3], all[4]);
  }

  /** Writes bytes to the stack; their address. */
  long stack(int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, execution.stacks[0], offset, bytes.length);
    return Address.of(Address.STACK, offset);
  }

  long stack(int offset, String hex) {
    return stack(offset, HexFormat.of().parseHex(hex));
  }

  String stackBytes(int offset, int count) {
    return HexFormat.of().formatHex(execution.stacks[0], offset, offset + count);
  }

  @Override
  public long nanoseconds() {
    return time;
  }

  @Override
  public int random() {
    return -5;
  }

  @Override
  public MapSlots mapSlots() {
    return slots;
  }

  @Override
  public int cloneRedirect(SocketBuffer packet, int deviceIndex, boolean ingress) {
    copies.add(deviceIndex + (ingress ? " in" : " out"));
    return 0;
  }

  @Override
  public int mtu(int deviceIndex) {
    return deviceIndex == 3 ? 1500 : -1;
  }

  @Override
  public void trace(String line) {
    traced.add(line);
  }

  @Override
  public @Nullable EventSink events() {
    return listening
        ? (map, data, from, size) ->
            events.add(map + " " + HexFormat.of().formatHex(data, from, from + size))
        : null;
  }
}
