package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a datapath shows of its host, how several of them get along, and what outlives one. */
@Needs({Feature.TCX, Feature.HTB})
public abstract class Datapaths extends TrafficSuite {
  @Test
  void showsTheDevicesOfItsHostOnly() {
    testbed().addWire(1);
    List<Device> devices = datapath().devices();

    assertThat(devices).contains(device(), testbed().left().device(1));
    assertThat(devices).isSortedAccordingTo(Comparator.comparingInt(Device::index));
    assertThat(devices).extracting(Device::name).doesNotContain("right0", "right1");
    assertThat(datapath().device("left1")).isEqualTo(testbed().left().device(1));
    testbed().removeWire(1);
    assertThat(datapath().devices()).extracting(Device::name).doesNotContain("left1");
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> datapath().device("right0"))
        .satisfies(missing -> assertThat(missing.name()).contains("right0"));
  }

  @Test
  void whatItHandedOutOutlivesIt() {
    Datapath second = testbed().left().openDatapath();
    Program program = closing(TracingProgram.of(1, -1).load(second, trace()));
    Link link =
        closing(second.chain(new AttachPoint.Tcx(device(), Direction.INGRESS)).attach(program));
    second.close();
    second.close();

    passes(Direction.INGRESS, Frame.labelled("outlives"));
    assertThat(trace().take()).containsExactly(1);
    assertThat(program.info().name()).isEqualTo("trace_1");
    link.update(program(2, -1));
    passes(Direction.INGRESS, Frame.labelled("outlives"));
    assertThat(trace().take()).containsExactly(2);
  }

  @Test
  void twoSeeTheSame() {
    try (Datapath second = testbed().left().openDatapath()) {
      addHtb(0);
      Link link = closing(tcx(Direction.EGRESS).attach(program(1, -1)));
      ChainState chain = second.chain(new AttachPoint.Tcx(device(), Direction.EGRESS)).query();

      assertThat(chain).isEqualTo(tcx(Direction.EGRESS).query());
      assertThat(chain.indexOfLink(link.info().id())).hasValue(0);
      assertThat(second.trafficControl().qdiscs(device()).getFirst().handle()).isEqualTo(ONE);
    }
  }

  /** Four hands add a class each time and list what is there, all on one datapath. */
  @Test
  void isSafeToUseFromSeveralThreads() throws Exception {
    int hands = 4;
    int each = 25;
    addHtb(0);
    try (ExecutorService executor = Executors.newFixedThreadPool(hands)) {
      List<Future<?>> work = new ArrayList<>();
      for (int hand = 0; hand < hands; hand++) {
        int first = 1 + hand * each;
        work.add(
            executor.submit(
                () -> {
                  for (int minor = first; minor < first + each; minor++) {
                    addClass(ONE, minor, FAST, FAST);
                    assertThat(findClass(minor)).isPresent();
                  }
                }));
      }
      for (Future<?> done : work) {
        done.get();
      }
    }

    assertThat(trafficControl().classes(device()))
        .extracting(ClassEntry::id)
        .hasSize(hands * each)
        .doesNotHaveDuplicates();
  }

  @Test
  void manyChangesGoInOneList() {
    addHtb(0);
    List<Change> changes = new ArrayList<>();
    for (int minor = 1; minor <= 500; minor++) {
      changes.add(Change.OfClass.add(device(), ONE, Handle.of(1, minor), htbClass(FAST, FAST)));
    }
    changes.add(Change.OfClass.add(device(), ONE, Handle.of(1, 77), htbClass(FAST, FAST)));
    List<Outcome> outcomes = trafficControl().apply(changes, TrafficControl.OnRefusal.CONTINUE);

    assertThat(outcomes.subList(0, 500)).allMatch(outcome -> outcome instanceof Outcome.Done);
    assertThat(outcomes.get(500)).isInstanceOf(Outcome.Refused.class);
    assertThat(trafficControl().classes(device())).hasSize(500);
  }

  @Test
  void refusalsNameTheDevice() {
    addHtb(0);
    assertThat(refused(Errno.EEXIST, () -> addHtb(0))).hasMessageContaining(device().name());
  }

  @Test
  void knowsOfEachFeatureWhetherItHasIt() {
    assertThat(datapath().capabilities().findings()).containsOnlyKeys(Feature.values());
    assertThat(datapath().capabilities().findings().values())
        .noneMatch(finding -> finding instanceof Support.Unknown);
  }

  @Test
  void probesOnce() {
    assertThat(datapath().capabilities()).isSameAs(datapath().capabilities());
  }
}
