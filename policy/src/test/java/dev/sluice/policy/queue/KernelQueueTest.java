package dev.sluice.policy.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.policy.spec.Sharing;
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
    List<QueueStep> steps = QueueDiff.of(control(), eth0, tree).steps();
    long start = System.nanoTime();
    assertThat(QueueRun.apply(control(), steps).isDone()).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    start = System.nanoTime();
    assertThat(QueueDiff.of(control(), eth0, tree).steps()).isEmpty();
    Duration compared = Duration.ofNanos(System.nanoTime() - start);
    System.out.println(
        tree.classes().size()
            + " classes: "
            + took.toMillis()
            + " ms, compared in "
            + compared.toMillis()
            + " ms");
    assertThat(took).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aThousandClassesComeAndGo() {
    QueueTree.Shared many = QueueTrees.shared(Sharings.many(1000), null, Map.of());
    QueueRun.apply(control(), QueueDiff.of(control(), eth0, many).steps());
    QueueTree.Shared few = QueueTrees.shared(Sharings.many(10), null, many.numbers());
    List<QueueStep> steps = QueueDiff.of(control(), eth0, few).steps();
    assertThat(steps).hasSize(990);
    long start = System.nanoTime();
    assertThat(QueueRun.apply(control(), steps).isDone()).isTrue();
    System.out.println("990 deletions: " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(QueueDiff.of(control(), eth0, few).steps()).isEmpty();
    assertThat(control().classes(eth0)).hasSize(12);
  }
}
