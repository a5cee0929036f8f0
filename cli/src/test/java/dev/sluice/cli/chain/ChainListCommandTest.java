package dev.sluice.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Testbed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainListCommandTest {
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

  /** A row with the program's number left out. */
  private static String normal(String out) {
    return out.replaceAll("(?m)^(\\S+ +\\d+) +\\d+ ", "$1 ID ")
        .replaceAll(" {2,}", " ")
        .replaceAll("(?m) +$", "");
  }

  private String choosing(String name) {
    return bed.file(
        name + ".bpfasm",
        """
        .license GPL
        .program %s tcx
          w2 = *(u32 *)(r1 + skb.len)
          r0 = -1
          if w2 > 100 goto out
          r0 = 2
        out:
          exit
        """
            .formatted(name));
  }

  @Test
  void tellsWhatProgramsReturnAndWhichAreNeverReached() {
    assertThat(bed.run("chain list").succeeded().out()).isEqualTo("no programs attached\n");
    bed.run("tcx attach out0 egress " + choosing("limit")).succeeded();
    bed.run("tcx attach out0 egress " + bed.program("pass", 0) + " --bare").succeeded();
    bed.run("tcx attach out0 egress " + bed.program("count", -1)).succeeded();
    bed.run("tcx attach out0 egress " + bed.program("old", 2) + " --mode tc").succeeded();
    bed.run("attach", bed.file("x.bpfasm", ".program x xdp\n  r0 = 2\n  exit\n"), "--to", "xdp:in0")
        .succeeded();
    String out = bed.run("chain list").succeeded().out();
    assertThat(normal(out).lines().skip(1))
        .containsExactlyInAnyOrder(
            "tcx:out0/egress 0 ID limit link sluice NEXT, DROP -",
            "tcx:out0/egress 1 ID pass bare bare PASS"
                + " never NEXT: 1 program and 1 classic filter behind it are unreachable",
            "tcx:out0/egress 2 ID count link sluice NEXT unreachable",
            "tc:out0/egress 0 ID old filter bare DROP unreachable",
            "xdp:in0 0 ID x link sluice XDP_PASS -");
    assertThat(bed.run("chain list in0").succeeded().out())
        .contains("xdp:in0")
        .doesNotContain("tcx");
    assertThat(normal(bed.run("chain list tc:out0/egress").succeeded().out()))
        .contains("tc:out0/egress 0 ID old filter bare DROP -");
    assertThat(bed.run("chain list out0 -o json").succeeded().out())
        .contains("\"hook\" : \"tcx:out0/egress\"", "\"returns\" : [ \"NEXT\", \"DROP\" ]");
    assertThat(bed.run("chain list out0 -o wide").succeeded().out()).contains("PREF", "TAG");
  }

  @Test
  void whatStopsTheChainOnlyLeavesTheFiltersReachable() {
    bed.run("tcx attach out0 egress " + bed.program("stolen", 4)).succeeded();
    bed.run("tcx attach out0 egress " + bed.program("behind", -1)).succeeded();
    bed.run("tcx attach out0 egress " + bed.program("old", -1) + " --mode tc").succeeded();
    assertThat(normal(bed.run("chain list out0").succeeded().out()))
        .contains(
            "stolen link sluice STOLEN never NEXT: 1 program behind it is unreachable\n",
            "behind link sluice NEXT unreachable\n",
            "old filter bare NEXT -\n");
  }

  @Test
  void aDocumentHoldsWhatIsToldAndNothingThatFollowsFromIt() {
    bed.run("tcx attach out0 egress " + bed.program("count", -1)).succeeded();
    assertThat(bed.run("chain list out0 -o json").succeeded().out())
        .contains("\"note\" : \"\"", "\"returns\" : [ \"NEXT\" ]")
        .doesNotContain("reached", "\"last\"");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(bed.run("chain list nowhere").code()).isNotZero();
    assertThat(bed.run("chain list tcx:out0/sideways").code()).isNotZero();
  }
}
