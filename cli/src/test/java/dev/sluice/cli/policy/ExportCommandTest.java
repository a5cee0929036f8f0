package dev.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfFilter;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficClass.HtbClass;
import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code sluice export}: from a set-up by hand to {@code sluice apply}. */
class ExportCommandTest {
  private static final Handle ROOT = Handle.of(1, 0);
  private static final int IPV4 = 0x0800;

  private static void make(Testbed bed, Change... changes) {
    for (Change change : changes) {
      bed.datapath().trafficControl().apply(change);
    }
  }

  private static HtbClass htb(int megabits, int ceil) {
    return HtbClass.of(Rate.megabits(megabits), Rate.megabits(ceil));
  }

  /** Two classes, of which the other is for packets to port 9. */
  private static Device byHand(Testbed bed) {
    Device out = bed.datapath().device("out0");
    U32 nine = U32.matching(List.of(new U32.Key(0xffff, 9, 20, 0)), Handle.of(1, 0x20));
    make(
        bed,
        OfQdisc.add(out, Handle.ROOT, ROOT, Htb.withDefault(0x10)),
        OfClass.add(out, ROOT, Handle.of(1, 1), htb(100, 100)),
        OfClass.add(out, Handle.of(1, 1), Handle.of(1, 0x10), htb(60, 100)),
        OfClass.add(out, Handle.of(1, 1), Handle.of(1, 0x20), htb(40, 80)),
        OfFilter.add(out, ROOT, 1, IPV4, nine));
    return out;
  }

  private static TrafficPolicy read(String text) {
    return PolicyReader.parse("exported", text).getFirst().policy();
  }

  private static long packets(Testbed bed, Device device, Handle id) {
    for (ClassEntry entry : bed.datapath().trafficControl().classes(device)) {
      if (entry.id().equals(id)) {
        return entry.statistics().packets();
      }
    }
    throw new AssertionError("no class " + id);
  }

  @Test
  void whatIsExportedIsAppliedInPlaceOfIt() {
    try (Testbed bed = Testbed.create()) {
      Device out = byHand(bed);
      Run exported = bed.run("export --name shop --strict");
      assertThat(exported.code()).isZero();
      assertThat(exported.err().lines())
          .singleElement()
          .asString()
          .startsWith("sluice: exported differently: device out0, qdisc htb: bursts");
      assertThat(exported.out()).startsWith("# exported differently: device out0, ");
      assertThat(read(exported.out()).metadata().name()).isEqualTo("shop");
      assertThat(read(bed.run("export -o json --name shop").out())).isEqualTo(read(exported.out()));

      String file = bed.file("shop.yaml", exported.out());
      make(bed, OfQdisc.delete(out, Handle.ROOT));
      bed.run("apply -f " + file).succeeded();
      List<ClassEntry> classes = bed.datapath().trafficControl().classes(out);
      ClassEntry second =
          classes.stream()
              .filter(
                  one -> ((HtbClass) one.trafficClass()).rate().rate().equals(Rate.megabits(40)))
              .findFirst()
              .orElseThrow();
      long before = packets(bed, out, second.id());
      bed.send(5);
      assertThat(packets(bed, out, second.id()) - before).isEqualTo(5);
      bed.run("delete shop").succeeded();
    }
  }

  @Test
  void whatIsLeftOutIsToldAndFailsIfAsked() {
    try (Testbed bed = Testbed.create()) {
      Device out = byHand(bed);
      U32 length = U32.matching(List.of(new U32.Key(0xffc0, 0, 0, 0)), Handle.of(1, 0x20));
      make(bed, OfFilter.add(out, ROOT, 2, IPV4, length));
      Run exported = bed.run("export out0");
      assertThat(exported.code()).isZero();
      String told = "not exported: device out0, filter pref 2 at 1: (801::800): it looks at the";
      assertThat(exported.err()).contains("sluice: " + told);
      assertThat(exported.out()).contains("# " + told);
      assertThat(bed.run("export out0 --strict").code()).isEqualTo(1);
    }
  }

  @Test
  void onlyTheDevicesThatAreNamed() {
    try (Testbed bed = Testbed.create()) {
      byHand(bed);
      Device in = bed.datapath().device("in0");
      make(bed, OfQdisc.add(in, Handle.ROOT, ROOT, Tbf.of(Rate.megabits(5), 32 << 10, 30_000)));
      TrafficPolicy policy = read(bed.run("export in0").succeeded().out());
      assertThat(policy.spec().sharing()).isEmpty();
      var upload = Objects.requireNonNull(policy.spec().shaping().getFirst().upload());
      assertThat(upload.rate()).isEqualTo(Rate.megabits(5));
      assertThat(Objects.requireNonNull(upload.burst()).bytes()).isEqualTo(32 << 10);
      assertThat(Objects.requireNonNull(upload.queue()).toMillis()).isEqualTo(30);
      bed.run("export nothing0").failed(1);
      assertThat(bed.run("export in0 --name Shop").failed(1).err()).contains("--name", "\"Shop\"");
    }
  }
}
