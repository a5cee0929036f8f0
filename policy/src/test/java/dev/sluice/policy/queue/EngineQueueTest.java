package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.policy.step.Backlog;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import dev.sluice.policy.step.StepRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EngineQueueTest extends QueueOnDatapath {
  private static final long SECOND = 1_000_000_000L;

  private final Network network = new Network(1);
  private final Host left = network.addHost("left");
  private final TrafficControl control = EngineDatapath.open(left).trafficControl();
  private NetDevice eth0;

  @BeforeEach
  void connect() {
    Host right = network.addHost("right");
    network.connect(left, "eth0", right, "eth0", WireSpec.VETH);
    right.addReceiver((_, _, _) -> true);
    eth0 = Objects.requireNonNull(left.find("eth0"));
  }

  @Override
  TrafficControl control() {
    return control;
  }

  @Override
  Device device() {
    return eth0.device();
  }

  @Test
  void whatWaitsIsToldAsLost() {
    QueueTree.Shared two =
        QueueTrees.shared(
            Sharings.of(10, null, Sharings.leaf("a", 5), Sharings.leaf("b", 5)), null, Map.of());
    new StepRun(QueueDiff.of(control, device(), two).steps()).run();
    FlowFrame frame = FlowFrame.of(new byte[60], 1000).withPriority(Owner.classId(3).value());
    new FlowSource(eth0, frame, new FlowPacing.Constant(1e5), 0, Long.MAX_VALUE, SECOND, 1)
        .start(0);
    network.runUntil(SECOND);
    QueueTree.Shared one =
        QueueTrees.shared(Sharings.of(10, null, Sharings.leaf("b", 5)), null, two.numbers());
    List<ChangeStep> steps = QueueDiff.of(control, device(), one).steps();
    assertThat(steps).hasSize(1);
    assertThat(steps.getFirst().label()).isEqualTo(Label.LOSSY);
    // A full queue of 128 KiB, but for the packet that just left.
    assertThat(steps.getFirst().backlog()).isEqualTo(new Backlog(130, 130_000));
    assertThat(steps.getFirst()).asString().contains("130 packets, 130000 bytes");
    assertThat(QueueDiff.of(control, device(), null).lost()).isEqualTo(new Backlog(130, 130_000));
  }

  @Test
  void beyondTheNumbersForLeafQueuesTheKernelChooses() {
    QueueTree.Shared many = QueueTrees.shared(Sharings.many(12_000), null, Map.of());
    List<ChangeStep> steps = QueueDiff.of(control, device(), many).steps();
    assertThat(steps).hasSize(1 + 12_002 + 12_001);
    assertThat(new StepRun(steps).run().isDone()).isTrue();
    assertThat(QueueDiff.of(control, device(), many).steps()).isEmpty();
  }
}
