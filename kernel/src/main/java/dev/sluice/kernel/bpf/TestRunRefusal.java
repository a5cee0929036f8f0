package dev.sluice.kernel.bpf;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.program.TestRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a test run was refused ({@code net/bpf/test_run.c}). */
final class TestRunRefusal {
  private static final List<ProgramType> PACKET_TYPES =
      List.of(
          ProgramType.SCHED_CLS,
          ProgramType.SCHED_ACT,
          ProgramType.SOCKET_FILTER,
          ProgramType.CGROUP_SKB,
          ProgramType.XDP);

  private static final int TYPE = 12;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int LEAST_IPV4 = 34;
  private static final int LEAST_IPV6 = 54;

  /** A page of 4096 bytes less room in front ({@code NET_SKB_PAD}) and struct skb_shared_info. */
  private static final int MOST = 4096 - 64 - 320;

  private TestRunRefusal() {}

  static SluiceException of(ProgramInfo program, TestRun run, long result) {
    String operation = "test run of " + ChainRules.title(program);
    return BpfRefusal.of(
        operation, result, rule(program, run, result), Privilege.CAP_BPF, Privilege.CAP_NET_ADMIN);
  }

  private static @Nullable String rule(ProgramInfo program, TestRun run, long result) {
    if (result == -BpfRefusal.ENOTSUPP) {
      return "programs of this type cannot be run for a test";
    }
    if (!BpfRefusal.is(result, Errno.EINVAL)) {
      return null;
    }
    if (run.packet().length() < 14) {
      return "the packet has " + run.packet().length() + " bytes and needs 14 or more";
    }
    if (run.liveFrames() && program.type() != ProgramType.XDP) {
      return "only XDP programs run on live frames";
    }
    if (run.batchSize() > 0 && !run.liveFrames()) {
      return "a batch size is for live frames only";
    }
    if (program.type() == null || !PACKET_TYPES.contains(program.type())) {
      return null;
    }
    String length = program.type() == ProgramType.XDP ? null : lengthRule(run.packet().toArray());
    return length != null
        ? length
        : "the kernel refuses contexts with fields set that a test run cannot set";
  }

  /** What is wrong with a packet for a socket buffer ({@code bpf_prog_test_run_skb}). */
  private static @Nullable String lengthRule(byte[] packet) {
    int type = (packet[TYPE] & 0xff) << 8 | packet[TYPE + 1] & 0xff;
    int least = type == IPV4 ? LEAST_IPV4 : type == IPV6 ? LEAST_IPV6 : 0;
    if (packet.length < least) {
      return "a packet of this protocol needs %d bytes or more, and this one has %d"
          .formatted(least, packet.length);
    }
    return packet.length > MOST
        ? "a test run has one page for a packet and what is around it, and this one has %d bytes"
            .formatted(packet.length)
        : null;
  }
}
