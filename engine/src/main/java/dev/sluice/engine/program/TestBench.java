package dev.sluice.engine.program;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import dev.sluice.engine.vm.Surroundings;
import java.util.Arrays;

/**
 * Runs programs on given packets ({@code bpf_prog_test_run_skb} and {@code bpf_prog_test_run_xdp}
 * in {@code net/bpf/test_run.c}), with the same refusals. As there, each further run gets the
 * packet that the one before it left.
 */
final class TestBench {
  private static final int ETHERNET = 14;
  private static final int SHORTEST_IPV4 = ETHERNET + 20;
  private static final int SHORTEST_IPV6 = ETHERNET + 40;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;

  // Packet types of include/uapi/linux/if_packet.h.
  private static final int HOST = 0;
  private static final int BROADCAST = 1;
  private static final int MULTICAST = 2;
  private static final int OTHER_HOST = 3;

  /** The loopback device, which a packet is at if nothing is said. */
  private static final int LOOPBACK = 1;

  private final Surroundings surroundings;
  private final Execution execution;

  TestBench(Surroundings surroundings) {
    this.surroundings = surroundings;
    execution = new Execution(surroundings);
  }

  TestRun.Result run(EngineProgram program, TestRun run) {
    if (run.liveFrames()) {
      throw new Unsupported(
          "a test run on live frames", "the engine's packets come from its network's senders");
    }
    ProgramType type = program.spec().type();
    byte[] bytes = run.packet().toArray();
    if (bytes.length < ETHERNET) {
      throw refused(program, "the packet has " + bytes.length + " bytes and needs 14 or more");
    }
    if (run.batchSize() > 0) {
      throw refused(program, "a batch size is for live frames only");
    }
    SocketBuffer packet = new SocketBuffer(bytes.length);
    packet.fill(bytes, 0, bytes.length, bytes.length);
    packet.deviceIndex = LOOPBACK;
    TestContext context = TestContext.of(type, run.context());
    if (type != ProgramType.XDP) {
      requireWholeHeader(program, packet);
    }
    // Programs above the link layer begin at the network header.
    int hidden = type == ProgramType.CGROUP_SKB || type == ProgramType.SOCKET_FILTER ? ETHERNET : 0;
    packet.head += hidden;
    packet.metaStart += hidden;
    packet.length -= hidden;
    String problem = context.apply(packet, surroundings);
    if (problem != null) {
      throw refused(program, problem);
    }
    packet.packetType = packetType(bytes, packet.deviceIndex);
    int verdict = 0;
    long start = System.nanoTime();
    try {
      for (int i = 0; i < run.repeat(); i++) {
        verdict = program.run(execution, packet);
      }
    } catch (Fault fault) {
      throw new KernelRejected(
          "test run of " + program, Errno.EFAULT.number(), fault.getMessage(), null);
    }
    long time = (System.nanoTime() - start) / run.repeat();
    for (int i = 1; i <= hidden; i++) {
      packet.bytes[packet.head - i] = 0;
    }
    packet.head -= hidden;
    packet.length += hidden;
    // Metadata comes with an XDP packet; for others there is none.
    byte[] after = Arrays.copyOfRange(packet.bytes, packet.metaStart - hidden, packet.end);
    return new TestRun.Result(verdict, Bytes.copyOf(after), context.read(packet), time);
  }

  /**
   * Whom the packet is for ({@code eth_type_trans}). The loopback device has the address 0; at any
   * other the packet is taken to be for this host.
   */
  private static int packetType(byte[] bytes, int device) {
    boolean zero = true;
    boolean ones = true;
    for (int i = 0; i < 6; i++) {
      zero &= bytes[i] == 0;
      ones &= bytes[i] == -1;
    }
    if ((bytes[0] & 1) != 0) {
      return ones ? BROADCAST : MULTICAST;
    }
    return zero || device != LOOPBACK ? HOST : OTHER_HOST;
  }

  private static void requireWholeHeader(EngineProgram program, SocketBuffer packet) {
    int least =
        packet.protocol == IPV4 ? SHORTEST_IPV4 : packet.protocol == IPV6 ? SHORTEST_IPV6 : 0;
    if (packet.held() < least) {
      throw refused(
          program,
          "a packet of this protocol needs "
              + least
              + " bytes or more, and this one has "
              + packet.held());
    }
  }

  private static KernelRejected refused(EngineProgram program, String rule) {
    return new KernelRejected("test run of " + program, Errno.EINVAL.number(), null, rule);
  }
}
