package dev.sluice.kernel.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.datapath.tc.TrafficControl.OnRefusal;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Root.class)
final class ManyClassesTest {
  private static final Handle QDISC = Handle.of(1, 0);
  private static final int CLASSES = 10_000;

  private NetworkNamespace namespace;
  private KernelDatapath datapath;
  private TrafficControl tc;
  private Device eth0;

  @BeforeEach
  void open() {
    namespace = Namespaces.create("many classes");
    datapath = KernelDatapath.open(namespace);
    tc = datapath.trafficControl();
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth1", null);
    List<Change> changes = new ArrayList<>();
    changes.add(Change.OfQdisc.add(eth0, Handle.ROOT, QDISC, Htb.withDefault(0)));
    TrafficClass options = TrafficClass.HtbClass.of(Rate.megabits(1), Rate.megabits(10));
    // Of many qdiscs: a class takes the kernel time in proportion to its qdisc's other classes.
    for (int parent = 1; parent <= 40; parent++) {
      Handle above = Handle.of(1, parent);
      Handle inner = Handle.of(1 + parent, 0);
      changes.add(Change.OfClass.add(eth0, QDISC, above, options));
      changes.add(Change.OfQdisc.add(eth0, above, inner, Htb.withDefault(0)));
      for (int child = 1; child < CLASSES / 40; child++) {
        changes.add(Change.OfClass.add(eth0, inner, Handle.of(1 + parent, child), options));
      }
    }
    assertThat(tc.apply(changes, OnRefusal.STOP)).allMatch(o -> o instanceof Outcome.Done);
  }

  @AfterEach
  void close() {
    datapath.close();
    namespace.close();
  }

  /** Lists a device's classes in a heap that could not hold them, for {@link #smallHeap}. */
  static final class Lister {
    private Lister() {}

    public static void main(String[] args) {
      try (NetworkNamespace namespace = NetworkNamespace.open(args[0]);
          KernelDatapath datapath = KernelDatapath.open(namespace)) {
        long[] count = new long[1];
        Device device = datapath.device("eth0");
        for (int i = 0; i < 3; i++) {
          datapath.trafficControl().classes(device, Handle.UNSPECIFIED, entry -> count[0]++);
        }
        System.out.println(count[0]);
      }
    }
  }

  @Test
  void smallHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx6m",
                "-XX:MaxDirectMemorySize=512k",
                "-cp",
                System.getProperty("java.class.path"),
                Lister.class.getName(),
                namespace.path().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).isEqualTo("30000\n");
  }

  @Test
  void deviceThatGoesWhileItIsListedEndsTheListing() {
    List<Handle> seen = new ArrayList<>();
    AtomicBoolean first = new AtomicBoolean(true);
    tc.classes(
        eth0,
        Handle.UNSPECIFIED,
        entry -> {
          if (first.getAndSet(false)) {
            datapath.kernelDevices().delete(eth0);
          }
          seen.add(entry.id());
        });
    assertThat(seen).isNotEmpty().hasSizeLessThan(CLASSES).doesNotHaveDuplicates();
    assertThatThrownBy(() -> tc.classes(eth0)).isInstanceOf(NotFound.class);
  }

  @Test
  void consumerMayMakeRequests() {
    List<Integer> counts = new ArrayList<>();
    tc.classes(
        eth0,
        Handle.UNSPECIFIED,
        entry -> {
          if (entry.id().equals(Handle.of(1, 1))) {
            counts.add(tc.classes(eth0).size());
          }
        });
    assertThat(counts).containsExactly(CLASSES);
  }
}
