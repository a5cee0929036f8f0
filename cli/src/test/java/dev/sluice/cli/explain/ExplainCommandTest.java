package dev.sluice.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code sluice explain}: what it prints and refuses; that it is right, conformance shows. */
class ExplainCommandTest {
  private static final String PACKET = "udp 10.0.0.1:1000 > 10.0.0.2:53 len 100";

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

  private Run explain(String... more) {
    String[] words = {"explain", "in0", "ingress", "--packet", PACKET};
    String[] all = new String[words.length + more.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return bed.run(all);
  }

  @Test
  void whoEndedTheWayAndWhoNeverSawThePacket() {
    assertThat(explain().succeeded().out())
        .isEqualTo(
            """
            IP 10.0.0.1:1000 > 10.0.0.2:53 udp len 128, arriving at in0
            passes to the host
            """);
    bed.run("attach " + bed.program("count", -1) + " --to tcx:in0/ingress").succeeded();
    bed.run("attach " + bed.program("deny", 2) + " --to tcx:in0/ingress").succeeded();
    bed.run("attach " + bed.program("late", 0) + " --to tcx:in0/ingress").succeeded();
    bed.run("attach " + bed.program("old", 2) + " --to tc:in0/ingress").succeeded();
    assertThat(explain().succeeded().out())
        .containsSubsequence(
            "HOOK",
            "tcx:in0/ingress   count (id ",
            "of sluice",
            "NEXT (-1)",
            "tcx:in0/ingress   deny (id ",
            "DROP (2)",
            "dropped, by deny (id ",
            ") at tcx:in0/ingress\n",
            "never saw it: late (id ",
            ") at tcx:in0/ingress; bpf pref ",
            "sluice:old")
        .doesNotContain("late (id 0");
    assertThat(explain("-o", "json").succeeded().out())
        .contains(
            "\"end\" : \"dropped\"",
            "\"known\" : true",
            "\"verdict\" : \"DROP (2)\"",
            "\"unseen\"");
  }

  @Test
  void aProgramOfOthersThatMayWriteIsNotRunUnasked() {
    String text =
        """
        .license GPL
        .map counts array key 4 value 8 entries 1
        .program theirs tcx
          r1 = map[counts]
          r0 = 2
          exit
        """;
    try (LoadedObject theirs =
        bed.datapath().programs().load(AssemblyParser.parse("theirs", text))) {
      bed.datapath()
          .chain(new AttachPoint.Tcx(bed.datapath().device("in0"), Direction.INGRESS))
          .attachProgram(theirs.program("theirs"), AttachOptions.DEFAULT);
      assertThat(explain().succeeded().out())
          .contains(
              "it may write its map counts, which is not Sluice's; --allow-side-effects",
              "not known: the way ends where a program was not run, by theirs (id ");
      assertThat(explain("--allow-side-effects").succeeded().out())
          .contains("dropped, by theirs (id ");
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThat(bed.run("explain", "in0", "sideways", "--packet", PACKET).failed(1).err())
        .contains("'sideways'");
    assertThat(bed.run("explain", "gone", "egress", "--packet", PACKET).failed(1).err())
        .contains("no such device: gone");
    assertThat(bed.run("explain in0 egress --hex 00").failed(1).err())
        .contains("expected a frame of 14 bytes or more, found 1");
    assertThat(bed.run("explain in0 egress").failed(1).err()).contains("--packet");
    assertThat(explain("--frame", "1").failed(1).err()).contains("--frame N goes with --pcap FILE");
    String capture = "../examples/shop/shop.pcapng.gz";
    assertThat(bed.run("explain in0 egress --pcap " + capture).failed(1).err())
        .contains("--frame N goes with --pcap FILE");
    assertThat(bed.run("explain in0 egress --frame 99999999 --pcap " + capture).failed(1).err())
        .contains("the capture has no packet 99999999");
    assertThat(bed.run("explain in0 egress --frame 2 --pcap " + capture).succeeded().out())
        .contains("leaving at in0\nsent by in0, which has no queue");
  }
}
