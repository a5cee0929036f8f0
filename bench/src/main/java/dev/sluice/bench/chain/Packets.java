package dev.sluice.bench.chain;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Code;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Puts real packets on a namespace's loopback device, faster than any socket.
 *
 * <p>An XDP program that passes everything is run with live frames: the kernel makes each frame a
 * socket buffer and hands it to the stack as if the device had received it ({@code
 * bpf_test_run_xdp_live} in {@code net/bpf/test_run.c}). Without a context the device is the
 * loopback device of the datapath's namespace.
 */
final class Packets implements AutoCloseable {
  private static final int XDP_PASS = 2;
  private static final int LENGTH = 64;

  /** An Ethernet protocol for experiments (IEEE 802): no part of the stack takes it. */
  private static final int EXPERIMENTAL = 0x88b5;

  private final Program pass;
  private final TestRun run;

  Packets(Datapath datapath) {
    this.pass =
        datapath
            .programs()
            .load(
                ProgramSpec.of(
                    "bench_inject",
                    ProgramType.XDP,
                    "GPL",
                    Code.of(Arithmetic.move(Register.R0, XDP_PASS), new Jump.Exit())),
                Map.of());
    ByteBuffer frame = ByteBuffer.allocate(LENGTH);
    frame.putShort(12, (short) EXPERIMENTAL);
    this.run = new TestRun(Bytes.copyOf(frame.array()), null, 1, true, 0);
  }

  /**
   * Sends packets through the device's ingress hooks.
   *
   * @return how long one took on average, in nanoseconds, as the kernel measures it: from making
   *     the frame to where the last program dropped it
   */
  double send(int packets) {
    return pass.testRun(run.repeated(packets)).nanoseconds();
  }

  @Override
  public void close() {
    pass.close();
  }
}
