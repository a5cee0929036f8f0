package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code sluice top} while packets pass. */
class TopCommandTest {
  private Testbed bed;

  @BeforeEach
  void open() {
    bed = Testbed.create();
  }

  @AfterEach
  void close() {
    if (bed != null) { // null where the test was skipped
      bed.close();
    }
  }

  /** Looks for a second or more while datagrams are sent. */
  private Run lookWhileSending(String line) throws Exception {
    FutureTask<Run> looking = new FutureTask<>(() -> bed.run(line));
    Thread.ofPlatform().start(looking);
    while (!looking.isDone()) {
      bed.send(10);
      Thread.onSpinWait();
    }
    return looking.get(20, TimeUnit.SECONDS).succeeded();
  }

  @Test
  void queuesClassesAndProgramsWithTheirRates() throws Exception {
    Device out = bed.datapath().device("out0");
    var control = bed.datapath().trafficControl();
    Handle one = Handle.of(1, 0);
    control.apply(Change.OfQdisc.add(out, Handle.ROOT, one, Htb.withDefault(0x12)));
    control.apply(
        Change.OfClass.add(
            out,
            one,
            Handle.of(1, 0x12),
            TrafficClass.HtbClass.of(Rate.megabits(1000), Rate.megabits(1000))));
    bed.run("attach " + bed.program("count", -1) + " --to tcx:out0/egress").succeeded();
    String text = lookWhileSending("top out0 --once").out();
    assertThat(text)
        .containsPattern("out0 +htb 1: +\\S+ [kMG]?bit/s +[0-9,]+ +100.0 %")
        .containsPattern("out0 +class 1:12 +\\S+ [kMG]?bit/s +[0-9,]+ +\\d+\\.\\d %")
        .containsPattern("tcx:out0/egress +\\d+ +count +sluice +[0-9,]+ +[0-9,]+ ");
    String json = lookWhileSending("top --once --sort rate -o json").out();
    assertThat(json)
        .contains("\"name\" : \"class 1:12\"", "\"hook\" : \"tcx:out0/egress\"", "\"tokens\" : ");
  }

  @Test
  void whereNothingHappensItSaysSo() {
    assertThat(bed.run("top lo --once").succeeded().out())
        .isEqualTo("nothing sent, nothing waiting, no program ran\n");
    assertThat(bed.run("top gone --once").failed(1).err()).contains("no such device: gone");
    assertThat(bed.run("top --once --interval 0").failed(1).err())
        .contains("expected 1 second or more, found 0");
    assertThat(bed.run("top --once --sort size").failed(1).err()).contains("'size'");
  }
}
