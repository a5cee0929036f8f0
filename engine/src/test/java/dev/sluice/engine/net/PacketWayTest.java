package dev.sluice.engine.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.engine.Allocation;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A packet's whole way: sender, program, HTB, wire, receiver. */
class PacketWayTest {
  private static final int PRIORITY = 32;
  private static final long MILLISECOND = 1_000_000;

  /** With packets every 10 µs, a hundred in a step. */
  @ParameterizedTest
  @EnumSource(
      value = ExecutionMode.class,
      names = {"INTERPRETED", "COMPILED"})
  void allocatesNothing(ExecutionMode mode) {
    Network network = new Network(1);
    Host left = network.addHost("left");
    Host right = network.addHost("right");
    network.connect(left, "eth0", right, "eth0", WireSpec.of(Rate.megabits(1000)));
    long[] received = new long[1];
    right.addReceiver(
        (_, _, _) -> {
          received[0]++;
          return true;
        });
    EngineDatapath datapath = EngineDatapath.open(left, mode);
    shape(datapath);
    attach(datapath);
    new FlowSource(
            Objects.requireNonNull(left.find("eth0")),
            FlowFrame.of(new byte[60], 1000),
            new FlowPacing.Constant(MILLISECOND / 100.0),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            1)
        .start(0);
    long[] now = new long[1];

    long allocated =
        Allocation.of(
            () -> {
              now[0] += MILLISECOND;
              network.runUntil(now[0]);
            });

    assertThat(allocated).isLessThan(100);
    assertThat(received[0]).isGreaterThan(400_000);
  }

  private static void shape(EngineDatapath datapath) {
    Device device = datapath.device("eth0");
    Handle one = Handle.of(1, 0);
    datapath
        .trafficControl()
        .apply(Change.OfQdisc.add(device, Handle.ROOT, one, Htb.withDefault(2)));
    Rate rate = Rate.megabits(900);
    for (int minor = 1; minor <= 2; minor++) {
      datapath
          .trafficControl()
          .apply(
              Change.OfClass.add(
                  device,
                  minor == 1 ? one : Handle.of(1, 1),
                  Handle.of(1, minor),
                  TrafficClass.HtbClass.of(rate, rate)));
    }
  }

  private static void attach(EngineDatapath datapath) {
    CodeBuilder code =
        CodeBuilder.create()
            .store(MemorySize.WORD, Register.R1, PRIORITY, 0x10002)
            .move(Register.R0, -1)
            .exit();
    datapath
        .chain(new AttachPoint.Tcx(datapath.device("eth0"), Direction.EGRESS))
        .attach(
            datapath
                .programs()
                .load(
                    ProgramSpec.of("class", ProgramType.SCHED_CLS, "GPL", code.build()), Map.of()));
  }
}
