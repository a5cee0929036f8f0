package dev.sluice.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import java.util.List;
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
  void keepsTheOrderUntilSomebodyElseKeepsAnother() throws Exception {
    bed.run("attach " + bed.program("guard", -1) + " --to tcx:out0/egress --first").succeeded();
    Chain chain =
        bed.datapath().chain(new AttachPoint.Tcx(bed.datapath().device("out0"), Direction.EGRESS));
    try (LoadedObject other =
            bed.datapath()
                .programs()
                .load(AssemblyParser.parse("o", ".program other tcx\n r0 = -1\n exit\n"));
        Program program = other.program("other")) {
      FutureTask<Run> watching =
          new FutureTask<>(() -> bed.run("chain watch out0 --interval 20 --for 6 --keep-order"));
      Thread.ofPlatform().start(watching);
      for (int i = 0; i < OrderKeeper.MOST; i++) {
        chain.attachProgram(program, AttachOptions.at(Anchor.head()));
        waitFor(chain, "guard", "other");
        chain.detachProgram(program, 0);
        waitFor(chain, "guard");
      }
      chain.attachProgram(program, AttachOptions.at(Anchor.head()));
      Run watched = watching.get(20, TimeUnit.SECONDS);
      assertThat(bed.names(chain)).containsExactly("other", "guard");
      assertThat(watched.err().lines().filter(line -> line.contains("put back guard")))
          .hasSize(OrderKeeper.MOST)
          .allMatch(line -> line.contains("before other"));
      assertThat(watched.err()).contains("somebody else keeps another order");
      assertThat(bed.pins()).hasSize(2); // the link, and its wish
    }
  }

  private void waitFor(Chain chain, String... names) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (System.nanoTime() < end && !names(chain).equals(List.of(names))) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    // Two looks later, whoever watches has seen it, too.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(bed.names(chain)).containsExactly(names);
  }

  /** None where a program goes while its name is asked for: a stand-in does. */
  private List<String> names(Chain chain) {
    try {
      return bed.names(chain);
    } catch (NotFound _) {
      return List.of();
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(bed.run("chain watch --interval 0").code()).isNotZero();
    assertThat(bed.run("chain watch --for 0").code()).isNotZero();
    assertThat(bed.run("chain watch nowhere").code()).isNotZero();
  }
}
