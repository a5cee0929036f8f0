package dev.sluice.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.TrafficClass;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
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

  /**
   * The output with what differs from run to run replaced by a word, and without counts: somebody
   * else on this machine may have switched them on.
   */
  private String normal(String out) {
    return out.replaceAll("(?m) +(>?RUNS +NS/RUN|\\d+ +\\d+| +- +-)$", "")
        .replaceAll("\\b[0-9a-f]{16}\\b", "TAG")
        .replace(bed.bpfFileSystem().toString(), "BPF")
        .replace(Long.toString(PinLayout.inode(bed.namespace())), "NETNS")
        .replaceAll("(?m)^( +\\d) +\\d+   ", "$1   ID   ")
        .replaceAll("(sluice|bare) +(\\d+|-)   ", "$1   LINK   ")
        .replaceAll("\\((index) \\d+\\)", "($1 N)")
        .replaceAll("(id|pref|refcnt|direct_packets_stat) \\d+", "$1 N")
        .replaceAll(" {3,}", "   ");
  }

  @Test
  void devicesWithoutAnythingAreNamedBriefly() {
    assertThat(bed.run("status").succeeded().out())
        .matches("Nothing attached: lo, \\w+ \\(noqueue\\), \\w+ \\(noqueue\\)\n");
    assertThat(normal(bed.run("status lo").succeeded().out()))
        .isEqualTo(
            """
            lo (index N)
              ingress  nothing attached
              egress   nothing attached
              root   no qdisc
            """
                .indent(0));
  }

  @Test
  void tellsEverythingInTheOrderThatAPacketMeetsIt() {
    Device out = bed.datapath().device("out0");
    var control = bed.datapath().trafficControl();
    Handle one = Handle.of(1, 0);
    control.apply(Change.OfQdisc.add(out, Handle.ROOT, one, Htb.withDefault(0x12)));
    control.apply(
        Change.OfClass.add(
            out,
            one,
            Handle.of(1, 0x10),
            TrafficClass.HtbClass.of(Rate.megabits(8), Rate.megabits(10))));
    control.apply(
        Change.OfQdisc.add(out, Handle.of(1, 0x10), Handle.of(5, 0), new Qdisc.Pfifo(5L)));
    bed.run("tcx attach out0 egress " + bed.program("first", -1)).succeeded();
    bed.run("tcx attach out0 egress " + bed.program("second", -1) + " --bare").succeeded();
    bed.run("tcx attach out0 egress " + bed.program("classic", -1) + " --mode tc").succeeded();

    assertThat(normal(bed.run("status out0").succeeded().out()))
        .isEqualTo(
            """
            out0 (index N)
              ingress  nothing attached
              egress   Attach Mode: TCX, revision 3
               #   ID   NAME   OWNER   LINK   PIN   TAG
               0   ID   first   sluice   LINK   BPF/sluice/links/NETNS/out0-egress-first   TAG
               1   ID   second   bare   LINK   -   TAG
               clsact filters, in the order they are asked:
               filter protocol all pref N bpf chain 0 handle 0x1 sluice:classic direct-action not_in_hw id N name classic tag TAG jited
              root   qdisc htb 1: root refcnt N r2q 10 default 0x12 direct_packets_stat N direct_qlen 1000
               class htb 1:10 root leaf 5: prio 0 rate 8Mbit ceil 10Mbit burst 1600b cburst 1600b
               qdisc pfifo 5: parent 1:10 limit 5p
            """);
  }

  @Test
  void xdpComesFirstAndSaysWhoRunsIt() {
    String program = bed.file("x.bpfasm", ".license GPL\n.program x xdp\n  r0 = 2\n  exit\n");
    bed.run("attach " + program + " --to xdp:in0/generic").succeeded();
    assertThat(bed.run("status in0").succeeded().out())
        .containsSubsequence(
            "in0 (index",
            "  xdp      Attach Mode: XDP generic\n",
            " x ",
            "sluice",
            "in0-xdp-x",
            "  ingress");
    assertThat(bed.run("status").succeeded().out()).contains("XDP generic");
    assertThat(bed.run("status in0 -o json").succeeded().out())
        .contains("\"attachMode\" : \"XDP generic\"");
  }

  @Test
  void theClassicHookAloneIsModeTc() {
    bed.run("tcx attach in0 ingress " + bed.program("classic", -1) + " --mode tc").succeeded();
    assertThat(bed.run("status in0").succeeded().out())
        .contains("  ingress  Attach Mode: TC\n", "classic", "bare", "PREF", "direct-action")
        .doesNotContain("revision");
    bed.run("tcx detach in0 ingress classic --mode tc").succeeded();
    assertThat(bed.run("status in0").succeeded().out())
        .contains("  ingress  nothing attached\n")
        .doesNotContain("clsact");
  }

  @Test
  void countsRunsWhileItWatches() throws InterruptedException {
    bed.run("tcx attach out0 egress " + bed.program("counted", -1)).succeeded();
    AtomicBoolean done = new AtomicBoolean();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    bed.send(100);
                  }
                });
    try {
      assertThat(bed.run("status out0 --counters").succeeded().out())
          .containsPattern("RUNS +NS/RUN\n.* [1-9]\\d+ +\\d+\n");
    } finally {
      done.set(true);
      sender.join();
    }
    assertThat(bed.run("status --counters 0").failed(1).err())
        .contains("runs are counted for 1 second or more, not 0");
  }

  @Test
  void saysTheSameInJsonAndYaml() {
    bed.run("tcx attach in0 ingress " + bed.program("first", -1)).succeeded();
    assertThat(bed.run("status in0 -o json").succeeded().out())
        .contains("\"attachMode\" : \"TCX\"", "\"name\" : \"first\"", "\"owner\" : \"sluice\"");
    assertThat(bed.run("status in0 -o yaml").succeeded().out())
        .contains("attachMode: \"TCX\"", "name: \"first\"", "kind: \"noqueue\"");
  }

  @Test
  void refusesADeviceThatIsNotThere() {
    assertThat(bed.run("status in0 nodev0").failed(1).err())
        .isEqualTo("sluice: no such device: nodev0\n");
    assertThat(bed.run("status --counters x").failed(1).err()).contains("--counters");
  }
}
