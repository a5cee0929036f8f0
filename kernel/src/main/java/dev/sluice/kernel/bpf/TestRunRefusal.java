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
    if (program.type() != null && PACKET_TYPES.contains(program.type())) {
      return "the kernel refuses IPv4 packets below 34 bytes, IPv6 packets below 54, and contexts"
          + " with fields set that a test run cannot set";
    }
    return null;
  }
}
