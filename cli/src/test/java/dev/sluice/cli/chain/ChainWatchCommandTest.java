package dev.sluice.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainWatchCommandTest {
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

  @Test
  void saysWhatHappensToAChain() throws Exception {
    bed.run("tcx attach out0 egress " + bed.program("first", -1)).succeeded();
    FutureTask<Run> watching =
        new FutureTask<>(() -> bed.run("chain watch out0 --interval 20 --for 4 -o json"));
    Thread.ofPlatform().start(watching);
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    bed.run("tcx attach out0 egress " + bed.program("second", 2)).succeeded();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    bed.run("tcx detach out0 egress first").succeeded();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    bed.run("tcx detach out0 egress second").succeeded();
    String out = watching.get(20, TimeUnit.SECONDS).out();
    assertThat(out.lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("}"))
        .allMatch(line -> line.contains("\"hook\":\"tcx:out0/egress\""));
    assertThat(
            out.lines()
                .map(
                    line ->
                        line.replaceAll(".*\"change\":\"(\\w+)\".*\"name\":\"(\\w+)\".*", "$1 $2")))
        .containsExactly("added second", "removed first", "removed second");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(bed.run("chain watch --interval 0").code()).isNotZero();
    assertThat(bed.run("chain watch --for 0").code()).isNotZero();
    assertThat(bed.run("chain watch nowhere").code()).isNotZero();
  }
}
