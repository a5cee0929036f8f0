package dev.sluice.policy.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Rate;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.policy.document.PolicyDocument;
import dev.sluice.policy.spec.Shaping;
import dev.sluice.policy.spec.Shaping.Shape;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queues that a policy made read back as that policy. */
class OwnQueuesTest {
  private static final int DEVICES = 30;

  private final Random random = new Random(7);

  /** The number of the next class, by which the export calls it. */
  private int next;

  private <T> @Nullable T sometimes(T value) {
    return random.nextBoolean() ? value : null;
  }

  private Rate rate(int most) {
    return random.nextBoolean()
        ? Rate.bits(1000L * (100 + random.nextInt(most)))
        : Rate.bits(8L * (12_345 + random.nextInt(1000 * most / 8)));
  }

  private Shape shape() {
    return new Shape(
        rate(2_000_000),
        sometimes(DataSize.kibibytes(64 + random.nextInt(400))),
        sometimes(Duration.ofMillis(1 + random.nextInt(40))));
  }

  private Sharing sharing(String device) {
    next = 3; // as policy.queue.ClassNumbers has it
    Rate rate = Rate.megabits(100 + random.nextInt(900));
    List<ShareClass> classes = classes(rate, 0);
    ShareClass last = classes.getLast();
    return new Sharing(
        device,
        null,
        null,
        rate,
        last.classes().isEmpty() ? sometimes(last.name()) : null,
        classes);
  }

  private List<ShareClass> classes(Rate most, int depth) {
    List<ShareClass> classes = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      String name = "class-51ce-" + Integer.toHexString(next++);
      Rate rate = rate(10_000);
      Rate ceil = new Rate(most.bytesPerSecond() - 1 - random.nextInt(1_000_000));
      @Nullable Rate said = sometimes(ceil);
      List<ShareClass> below =
          depth < 2 && random.nextInt(3) == 0
              ? classes(said == null ? most : said, depth + 1)
              : List.of();
      boolean leaf = below.isEmpty();
      classes.add(
          new ShareClass(
              name,
              rate,
              said,
              leaf ? sometimes(1 + random.nextInt(7)) : null,
              sometimes(DataSize.kibibytes(64 + random.nextInt(400))),
              leaf ? sometimes(Duration.ofMillis(60 + random.nextInt(100))) : null,
              List.of(),
              below));
    }
    return classes;
  }

  private void roundTrip(Datapath datapath, List<Device> devices) {
    List<Shaping> shaping = new ArrayList<>();
    List<Sharing> sharing = new ArrayList<>();
    for (Device device : devices) {
      if (random.nextInt(3) == 0) {
        shaping.add(new Shaping(device.name(), null, shape(), null));
      } else {
        sharing.add(sharing(device.name()));
      }
    }
    TrafficPolicy policy =
        TrafficPolicy.of(
            "exported",
            new Spec(
                List.of(), List.of(), List.of(), shaping, sharing, List.of(), List.of(), List.of(),
                List.of(), List.of()));
    List<PolicyDocument> documents = List.of(PolicyDocument.of("policy", policy));
    try (Placed placed = Placed.in(datapath, documents)) {
      assertThat(placed.classNames(devices.getFirst())).isNotNull();
    }
    Exported exported = PolicyExport.read(datapath, devices, "exported");
    assertThat(exported.policy().spec().shaping()).isEqualTo(shaping);
    for (int i = 0; i < sharing.size(); i++) {
      assertThat(exported.policy().spec().sharing().get(i)).isEqualTo(sharing.get(i));
    }
    assertThat(Placed.read(exported).getFirst().policy()).isEqualTo(policy);
    assertThat(exported.notes()).isEmpty();
  }

  @Test
  void inTheEngine() {
    EngineBench bench = new EngineBench(DEVICES);
    roundTrip(bench.datapath(), bench.datapath().devices());
  }

  @Test
  @ExtendWith(Root.class)
  void inTheKernel() {
    try (NetworkNamespace namespace = Namespaces.create("export");
        KernelDatapath datapath = KernelDatapath.open(namespace)) {
      List<Device> devices = new ArrayList<>();
      for (int i = 0; i < DEVICES; i++) {
        Device device = datapath.kernelDevices().createVeth("eth" + i, "peer" + i, null);
        datapath.kernelDevices().setUp(device, true);
        devices.add(device);
      }
      roundTrip(datapath, devices);
    }
  }
}
