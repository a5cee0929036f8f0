package dev.sluice.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.bpf.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code sluice attach}, {@code update}, {@code detach} and {@code chain order} in the kernel. */
class AttachCommandTest {
  private static final String OBJECTS = "../bpf/src/test/resources/dev/sluice/bpf/elf/";

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

  private String program(String name, String type, int verdict) {
    return bed.file(
        name + ".bpfasm",
        ".license GPL\n.program %s %s\n  r0 = %d\n  exit\n".formatted(name, type, verdict));
  }

  private Chain chain(AttachPoint at) {
    return bed.datapath().chain(at);
  }

  private Chain ingress() {
    return chain(new AttachPoint.Tcx(bed.datapath().device("in0"), Direction.INGRESS));
  }

  @Test
  void aDeviceHasOneXdpProgram() {
    bed.run("attach " + program("one", "xdp", 2) + " --to xdp:in0").succeeded();
    Chain chain = chain(new AttachPoint.Xdp(bed.datapath().device("in0")));
    assertThat(bed.names(chain)).containsExactly("one");

    assertThat(bed.run("attach " + program("two", "xdp", 2) + " --to xdp:in0").failed(2).err())
        .contains("a device has one XDP program")
        .contains("(one) under link");
    assertThat(
            bed.run("attach " + program("two", "xdp", 2) + " --to xdp:in0 --before one")
                .failed(2)
                .err())
        .contains("so there is no order");
    assertThat(bed.run("attach " + program("cls", "tcx", 0) + " --to xdp:in0").failed(2).err())
        .contains("is of type sched_cls, and XDP takes xdp");
    bed.run("update one " + program("two", "xdp", 1) + " --at xdp:in0").succeeded();
    assertThat(bed.names(chain)).containsExactly("two");
    assertThat(bed.run("detach --from xdp:in0").succeeded().out()).contains("detached two");
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void aControlGroupHasAnOrderOfItsOwn() throws IOException {
    List<Path> mounts = ControlGroup.mounts();
    assumeTrue(!mounts.isEmpty(), "no control groups of version 2 are mounted");
    Path group = mounts.getFirst().resolve("sluice-cli-" + ProcessHandle.current().pid());
    Files.createDirectory(group);
    try {
      String to = " --to cgroup:" + group.getFileName() + "/egress";
      bed.run("attach " + program("one", "cgroup_skb", 1) + to).succeeded();
      bed.run("attach " + program("two", "cgroup_skb", 1) + to + " --before one").succeeded();
      Chain chain = chain(new AttachPoint.Cgroup(group, Direction.EGRESS));
      assertThat(bed.names(chain)).containsExactly("two", "one");
      bed.run("attach " + program("three", "cgroup_skb", 1) + to + " --after t*").succeeded();
      assertThat(bed.names(chain)).containsExactly("two", "one", "three");
      String order = "chain order cgroup:" + group.getFileName() + "/egress";
      assertThat(bed.run(order + " one --last").succeeded().out())
          .contains("moved three", "before one");
      assertThat(bed.names(chain)).containsExactly("two", "three", "one");
      assertThat(bed.run(order).succeeded().out()).contains("in order");
      bed.run("detach three" + " --from cgroup:" + group.getFileName() + "/egress").succeeded();
      String from = " --from cgroup:" + group.getFileName() + "/egress";
      assertThat(bed.run("detach" + from).failed(1).err()).contains("holds 2 programs: say which");
      bed.run("detach --all-mine" + from).succeeded();
      assertThat(chain.query().entries()).isEmpty();
    } finally {
      Files.delete(group);
    }
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void constantsOfObjectFilesAreSet() {
    String count = OBJECTS + "count.o";
    String to = " --to tcx:in0/ingress";
    assertThat(bed.run("attach " + count + to + " --program count --const nope=1").failed(1).err())
        .contains("no such global variable", "nope (it has ");
    bed.run("attach " + count + to + " --program count --const limit=7").succeeded();
    assertThat(limit()).contains("7");
    String name = bed.names(ingress()).getFirst();
    bed.run(
            "update "
                + name
                + " "
                + count
                + " --at tcx:in0/ingress --program count --const limit=9")
        .succeeded();
    assertThat(limit()).contains("9").doesNotContain("7");
    assertThat(bed.run("attach id:1" + to + " --const limit=7").failed(1).err())
        .contains("--const is for files");
  }

  @Test
  void whatAProgramIsForIsKeptWithItsLink() {
    String[] attach = {"attach", program("guard", "tcx", -1), "--to", "tcx:in0/ingress"};
    bed.run(with(attach, "--purpose", "keeps guests out", "--first")).succeeded();
    assertThat(bed.run("chain list in0 -o wide").succeeded().out()).contains("keeps guests out");
    bed.run("chain order tcx:in0/ingress guard --last").succeeded();
    bed.run("update guard " + program("other", "tcx", -1) + " --at tcx:in0/ingress").succeeded();
    assertThat(bed.run("chain list in0 -o json").succeeded().out())
        .contains("\"owner\" : \"sluice\"", "\"purpose\" : \"keeps guests out\"");
    assertThat(bed.run(with(attach, "--purpose", "x", "--bare")).failed(1).err())
        .contains("--purpose is kept beside a pinned link");
    assertThat(bed.run(with(attach, "--purpose", "a\nb")).failed(1).err())
        .contains("one line of text");
    bed.run("detach --all-mine --from tcx:in0/ingress").succeeded();
    assertThat(bed.run(with(attach, "--purpose", "x".repeat(1024))).failed(1).err())
        .contains("the most is 1024");
    assertThat(bed.pins()).isEmpty();
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
  }

  /** The constants of the program at the ingress hook, as they are listed. */
  private String limit() {
    try (Program program =
        bed.datapath().programs().open(ingress().query().entries().getFirst().programId())) {
      return program.info().mapIds().stream()
          .map(id -> bed.run("map dump id:" + id).succeeded().out())
          .filter(out -> out.contains("limit"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    String tcx = program("pass", "tcx", -1);
    assertThat(bed.run("attach " + tcx + " --to netkit:in0/primary").failed(2).err())
        .contains("netkit is not supported");
    assertThat(bed.run("attach " + tcx + " --to tcx:in0").failed(1).err())
        .contains("expected tcx:in0/ingress|egress");
    assertThat(bed.run("attach " + tcx + " --to nowhere:in0").failed(1).err())
        .contains("expected tcx:DEV/ingress|egress");
    assertThat(bed.run("attach " + tcx + " --to tcx:gone/ingress").failed(1).err())
        .contains("no such device: gone");
    assertThat(bed.run("attach " + tcx + " --to cgroup:/tmp/egress").failed(1).err())
        .contains("no such control group: /tmp");
    assertThat(bed.run("detach --from tcx:in0/ingress").failed(1).err()).contains("holds none");
  }

  @Test
  void wishesFindAPlaceAndClashesAreNamed() {
    try (LoadedObject foreign =
        bed.datapath()
            .programs()
            .load(
                AssemblyParser.parse(
                    "foreign",
                    """
                    .program cil_from tcx
                      r0 = -1
                      exit
                    .program agent tcx
                      r0 = -1
                      exit
                    """))) {
      ingress().attachProgram(foreign.program("cil_from"), AttachOptions.DEFAULT);
      ingress().attachProgram(foreign.program("agent"), AttachOptions.DEFAULT);
      String to = " --to tcx:in0/ingress";
      bed.run("attach " + program("guard", "tcx", -1) + to + " --before cil_*").succeeded();
      bed.run("attach " + program("late", "tcx", -1) + to + " --after owner:bare --after guard")
          .succeeded();
      assertThat(bed.names(ingress())).containsExactly("guard", "cil_from", "agent", "late");

      assertThat(
              bed.run("attach " + program("lost", "tcx", -1) + to + " --after agent --before cil_*")
                  .failed(2)
                  .err())
          .contains("lost wants to run after agent")
          .contains("lost wants to run before cil_*, which is cil_from")
          .contains("neither is ours to move");
      bed.run("chain order tcx:in0/ingress late --first").succeeded();
      bed.run("chain order tcx:in0/ingress guard --after agent").succeeded();
      assertThat(bed.names(ingress())).containsExactly("late", "cil_from", "agent", "guard");
      assertThat(bed.run("chain order tcx:in0/ingress guard --before late").failed(2).err())
          .contains("late (id")
          .contains("wants to be first");
      // A neighbour came to the head: the order is put back.
      try (LoadedObject pushy =
          bed.datapath()
              .programs()
              .load(AssemblyParser.parse("p", ".program pushy tcx\n r0 = -1\n exit\n"))) {
        ingress().attachProgram(pushy.program("pushy"), AttachOptions.at(Anchor.head()));
        assertThat(bed.run("chain order tcx:in0/ingress").succeeded().out()).contains("moved late");
        assertThat(bed.names(ingress()))
            .containsExactly("late", "pushy", "cil_from", "agent", "guard");
      }
      bed.run("detach --all-mine --from tcx:in0/ingress").succeeded();
      assertThat(bed.names(ingress())).containsExactly("pushy", "cil_from", "agent");
    }
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void wishesGoWithTheLinkThatTheyAreOf() {
    bed.run("attach " + program("guard", "tcx", -1) + " --to tcx:in0/ingress --first").succeeded();
    assertThat(bed.pins()).hasSize(2);
    bed.run("tcx migrate in0 --back").succeeded();
    assertThat(bed.pins()).isEmpty();
    bed.run("tcx detach in0 ingress guard --mode tc").succeeded();
  }

  @Test
  void whereFramesAreLongerThanAPageADriverWantsAProgramForPieces() {
    bed.datapath().kernelDevices().setMtu(bed.datapath().device("out0"), 9000);
    bed.datapath().kernelDevices().setMtu(bed.datapath().device("in0"), 9000);
    Path object =
        Path.of("..")
            .resolve("conformance/src/test/resources/dev/sluice/conformance/object/fragments.o");
    String to = " --to xdp:in0/native";
    assertThat(bed.run("attach " + object + " --program whole" + to).failed(2).err())
        .contains("xdp:in0/native");
    bed.run("attach " + object + " --program pieces" + to).succeeded();
    assertThat(bed.run("prog inspect " + object).succeeded().out())
        .contains("5.18", "XDP fragments");
  }

  @Test
  void tailCallsOutliveTheCommand() {
    Path object =
        Path.of("..")
            .resolve("conformance/src/test/resources/dev/sluice/conformance/object/tailcalls.o");
    bed.run("attach " + object + " --program jump --to tcx:in0/ingress").succeeded();
    int id = ingress().query().entries().getFirst().programId();
    assertThat(
            bed.run("prog", "run", "id:" + id, "--packet", "udp 10.0.0.1:1 > 10.0.0.2:2 len 100")
                .succeeded()
                .out())
        .contains("mark: 0 → 100");
    bed.run("detach --from tcx:in0/ingress").succeeded();
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void tailCallsOfAPolicysProgramOutliveTheCommandToo() {
    String policy =
        bed.file(
            "policy.yaml",
            """
            apiVersion: sluice.dev/v1
            kind: TrafficPolicy
            metadata: {name: jumping}
            spec:
              programs:
                - {name: jump, device: in0, way: download, file: %s, program: jump}
            """
                .formatted(
                    Path.of(
                            "../conformance/src/test/resources/dev/sluice/conformance/object",
                            "tailcalls.o")
                        .toAbsolutePath()));
    bed.run("apply -f " + policy).succeeded();
    int id = ingress().query().entries().getFirst().programId();
    assertThat(
            bed.run("prog", "run", "id:" + id, "--packet", "udp 10.0.0.1:1 > 10.0.0.2:2 len 100")
                .succeeded()
                .out())
        .contains("mark: 0 → 100");
    bed.run("delete jumping").succeeded();
    assertThat(ingress().query().entries()).isEmpty();
  }
}
