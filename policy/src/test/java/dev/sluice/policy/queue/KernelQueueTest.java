package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.StepRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(Root.class)
final class KernelQueueTest extends QueueOnDatapath {
  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private Device eth0;

  @BeforeEach
  void open() {
    namespace = Namespaces.create("queues");
    datapath = KernelDatapath.open(namespace);
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth1", null);
    datapath.kernelDevices().setUp(eth0, true);
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
  }

  @Override
  TrafficControl control() {
    return datapath.trafficControl();
  }

  @Override
  Device device() {
    return eth0;
  }

  static List<Sharing> thousands() {
    return List.of(Sharings.many(250), Sharings.many(1000), Sharings.grouped(32, 32));
  }

  @ParameterizedTest
  @MethodSource("thousands")
  void manyClassesGoInFewSends(Sharing sharing) {
    QueueTree.Shared tree = QueueTrees.shared(sharing, null, Map.of());
    List<ChangeStep> steps = QueueDiff.of(control(), eth0, tree).steps();
    long start = System.nanoTime();
    assertThat(new StepRun(steps).run().isDone()).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(QueueDiff.of(control(), eth0, tree).steps()).isEmpty();
    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aThousandClassesComeAndGo() {
    QueueTree.Shared many = QueueTrees.shared(Sharings.many(1000), null, Map.of());
    new StepRun(QueueDiff.of(control(), eth0, many).steps()).run();
    QueueTree.Shared few = QueueTrees.shared(Sharings.many(10), null, many.numbers());
    List<ChangeStep> steps = QueueDiff.of(control(), eth0, few).steps();
    assertThat(steps).hasSize(990);
    assertThat(new StepRun(steps).run().isDone()).isTrue();
    assertThat(QueueDiff.of(control(), eth0, few).steps()).isEmpty();
    assertThat(control().classes(eth0)).hasSize(12);
  }

  @Test
  void aThousandClassesAreTakenBack() {
    QueueTree.Shared few = QueueTrees.shared(Sharings.many(10), null, Map.of());
    new StepRun(QueueDiff.of(control(), eth0, few).steps()).run();
    List<String> before = snapshot();
    QueueTree.Shared many = QueueTrees.shared(Sharings.many(1000), null, few.numbers());
    List<ChangeStep> steps = QueueDiff.of(control(), eth0, many).steps();
    assertThat(steps).hasSize(2 * 990);
    StepRun run = new StepRun(steps);
    assertThat(run.run().isDone()).isTrue();
    assertThat(run.undo()).isEmpty();
    assertThat(snapshot()).isEqualTo(before);
  }

  private void makeAndRemove(Device device, String kind) {
    List<String> kinds = control().qdiscs(device).stream().map(q -> q.qdisc().kind()).toList();
    assertThat(kinds).startsWith(kind);
    QueueTree.Shared tree =
        QueueTrees.shared(Sharings.of(10, null, Sharings.leaf("a", 1)), null, Map.of());
    List<ChangeStep> steps = QueueDiff.of(control(), device, tree).steps();
    assertThat(steps.getFirst().sentence()).startsWith("in place of its default (" + kind + ")");
    assertThat(new StepRun(steps).run().isDone()).isTrue();
    assertThat(QueueDiff.of(control(), device, tree).steps()).isEmpty();
    new StepRun(QueueDiff.of(control(), device, null).steps()).run();
    assertThat(control().qdiscs(device).stream().map(q -> q.qdisc().kind()))
        .containsExactlyElementsOf(kinds);
  }

  @Test
  void theDefaultOfADeviceWithSeveralQueuesGivesWay() {
    Device ifb0 = datapath.kernelDevices().create("ifb", "ifb0", 2);
    datapath.kernelDevices().setUp(ifb0, true);
    makeAndRemove(ifb0, "mq");
  }

  @Test
  void aDeviceThatIsDownIsPreparedAllTheSame() {
    Device eth1 = datapath.device("eth1");
    datapath.kernelDevices().setUp(eth0, false);
    List<QdiscEntry> before = control().qdiscs(eth1);
    QueueTree.Held held = QueueTrees.held(Sharings.shape(10, null));
    List<ChangeStep> steps = QueueDiff.of(control(), eth1, held).steps();
    assertThat(new StepRun(steps).run().isDone()).isTrue();
    assertThat(QueueDiff.of(control(), eth1, held).steps()).isEmpty();
    new StepRun(QueueDiff.of(control(), eth1, null).steps()).run();
    assertThat(control().qdiscs(eth1)).hasSameSizeAs(before);
  }
}
