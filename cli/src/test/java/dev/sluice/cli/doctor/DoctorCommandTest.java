package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.kernel.bpf.BpfFileSystem;
import dev.sluice.kernel.bpf.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code sluice doctor} at a device of the kernel's. */
class DoctorCommandTest {
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

  private Device device() {
    return bed.datapath().device("in0");
  }

  private Chain tcx() {
    return bed.datapath().chain(new AttachPoint.Tcx(device(), Direction.INGRESS), AttachMode.TCX);
  }

  private Chain classic() {
    return bed.datapath().chain(new AttachPoint.Clsact(device(), Direction.INGRESS), AttachMode.TC);
  }

  private LoadedObject load(String name, int verdict) {
    return bed.datapath()
        .programs()
        .load(
            AssemblyParser.parse(
                name, ".program %s tcx\n r0 = %d\n exit\n".formatted(name, verdict)));
  }

  private void attach(String name, int verdict, String hook) {
    bed.run("attach " + bed.program(name, verdict) + " --to " + hook).succeeded();
  }

  private void clsact() {
    bed.datapath()
        .trafficControl()
        .apply(
            Change.OfQdisc.add(device(), Handle.CLSACT, Handle.of(0xffff, 0), new Qdisc.Clsact()));
  }

  /** What is found at the device is not mended, as it is others'. */
  private Run ill(String... words) {
    String before = bed.run("chain list in0 -o json").succeeded().out();
    Run found = bed.run("doctor in0").exited(2);
    assertThat(found.out()).contains(words).doesNotContain("--fix");
    assertThat(bed.run("doctor in0 --fix").exited(2).out()).isEqualTo(found.out());
    assertThat(bed.run("chain list in0 -o json").succeeded().out()).isEqualTo(before);
    return found;
  }

  /** What is found can be mended, and is. */
  private void mended(String... words) {
    assertThat(bed.run("doctor in0").exited(2).out()).contains(words).contains("(--fix does it)");
    assertThat(bed.run("doctor in0 --fix").succeeded().out())
        .contains(words)
        .startsWith("mended ")
        .doesNotContain("warning");
    assertThat(bed.run("doctor in0").succeeded().out()).doesNotContain("warning", "--fix");
  }

  /** As if it had been made a while ago. */
  private static void age(Path pin) throws IOException {
    // A pin cannot be opened, and Java changes times of open files only.
    Process touch =
        new ProcessBuilder("touch", "-h", "-d", "@1", BpfFileSystem.resolve(pin).toString())
            .inheritIO()
            .start();
    assertThat(touch.onExit().join().exitValue()).isZero();
  }

  @Test
  void aHealthyDeviceIsSaidToBe() {
    assertThat(bed.run("doctor in0").succeeded().out()).isEqualTo("nothing found\n");
    attach("guard", -1, "tcx:in0/ingress");
    attach("last", 0, "tcx:in0/ingress");
    assertThat(bed.run("doctor in0 out0 --fix").succeeded().out()).isEqualTo("nothing found\n");
    assertThat(bed.run("doctor gone").failed(1).err()).contains("no such device: gone");
  }

  @Test
  void whoStarvesItsNeighboursIsNamed() {
    try (LoadedObject greedy = load("greedy", 0)) {
      tcx().attachProgram(greedy.program("greedy"), AttachOptions.DEFAULT);
      attach("guard", -1, "tcx:in0/ingress");
      ill(
          "warning starved-programs: tcx:in0/ingress: greedy (id ",
          "of bare: never NEXT: 1 program behind it is unreachable",
          "run Sluice's before it: sluice chain order tcx:in0/ingress link:");
    }
  }

  @Test
  void ourOwnThatStarvesOthersIsNotMovedUnasked() {
    attach("greedy", 0, "tcx:in0/ingress");
    attach("guard", -1, "tcx:in0/ingress");
    Run found = ill("greedy (id ", "of sluice: never NEXT", "or run it last: sluice chain order ");
    String fix = found.out().substring(found.out().indexOf("sluice chain order ")).strip();
    bed.run(fix.substring("sluice ".length())).succeeded();
    assertThat(bed.names(tcx())).containsExactly("guard", "greedy");
    assertThat(bed.run("doctor in0").succeeded().out()).isEqualTo("nothing found\n");
  }

  @Test
  void tcxInFrontOfFiltersIsAWarningWhereTheyStarveAndElseANote() {
    attach("filter", 2, "tc:in0/ingress");
    attach("polite", -1, "tcx:in0/ingress");
    assertThat(bed.run("doctor in0").succeeded().out())
        .contains(
            "note filters-behind-tcx: tcx:in0/ingress: its programs run before the classic filter");
    bed.run(
            "attach",
            bed.file(
                "half.bpfasm",
                """
                .license GPL
                .program half tcx
                  r0 = 0
                  r1 = *(u32 *)(r1 + 0)
                  if r1 > 100 goto out
                  r0 = -1
                out:
                  exit
                """),
            "--to",
            "tcx:in0/ingress")
        .succeeded();
    assertThat(bed.run("doctor in0").succeeded().out())
        .contains(
            "note skipped-filters: tcx:in0/ingress: half (id ",
            "can return PASS: such packets skip the 1 classic filter behind TCX");
    attach("greedy", 0, "tcx:in0/ingress");
    ill("warning starved-programs", "never NEXT: 1 classic filter behind it is unreachable");
  }

  @Test
  void ofFiltersWithOnePriorityTheNewestRunsFirst() {
    clsact();
    try (LoadedObject drop = load("older", 2);
        LoadedObject pass = load("newer", 0)) {
      for (Program program : List.of(drop.program("older"), pass.program("newer"))) {
        bed.datapath()
            .trafficControl()
            .apply(
                Change.OfFilter.add(
                    device(),
                    Handle.CLSACT_INGRESS,
                    7,
                    Change.OfFilter.ALL_PROTOCOLS,
                    BpfFilter.directAction(program, program.info().name())));
      }
    }
    ill(
        "warning shared-priority: tc:in0/ingress: 2 BPF filters have priority 7",
        "the newest runs first: ");
    assertThat(bed.names(classic())).containsExactly("newer", "older");
    // The kernel agrees: with the older first, all would be dropped.
    long before = dropped();
    bed.send(10);
    assertThat(dropped()).isEqualTo(before);
  }

  private long dropped() {
    return bed.datapath().trafficControl().qdiscs(device()).stream()
        .filter(entry -> entry.qdisc() instanceof Qdisc.Clsact)
        .mapToLong(entry -> entry.statistics().drops())
        .sum();
  }

  @Test
  void anEmptyClsactIsWorthKnowing() {
    clsact();
    assertThat(bed.run("doctor in0 --fix").succeeded().out())
        .contains(
            "note empty-clsact: in0: its clsact qdisc holds no filter",
            "sluice tc qdisc del dev in0 clsact");
  }

  @Test
  void aProgramInTheStackIsWorthKnowing() {
    bed.run(
            "attach",
            bed.file("x.bpfasm", ".license GPL\n.program x xdp\n  r0 = 2\n  exit\n"),
            "--to",
            "xdp:in0/generic")
        .succeeded();
    assertThat(bed.run("doctor in0").succeeded().out())
        .contains("note generic-xdp: xdp:in0: its program runs in generic mode");
  }

  @Test
  void aMigrationThatWasCutOffIsEnded() {
    attach("guard", -1, "tc:in0/ingress");
    int id = classic().query().entries().getFirst().programId();
    bed.run("tcx migrate in0").succeeded();
    try (Program program = bed.datapath().programs().open(id)) {
      classic().attachProgram(program, AttachOptions.DEFAULT); // it was not taken out yet
    }
    mended(
        "duplicate-program: tc:in0/ingress: guard (id " + id + ") at tcx:in0/ingress is guard (id");
    assertThat(bed.names(tcx())).containsExactly("guard");
    assertThat(classic().query().entries()).isEmpty();
  }

  @Test
  void aProgramThatIsLoadedTwiceIsFound() {
    attach("guard", -1, "tcx:in0/ingress");
    Path second = bed.bpfFileSystem().resolve("sluice/links/second");
    bed.run(
            "attach",
            bed.program("guard", -1),
            "--to",
            "tcx:in0/ingress",
            "--pin",
            second.toString())
        .succeeded();
    // Pinned where no command looks for it, it is somebody's wish.
    ill("duplicate-program: tcx:in0/ingress: guard (id ", "packets meet it twice");
  }

  @Test
  void sameInstructionsWithOtherMapsMayBeMeant() {
    String counting =
        """
        .program count tcx
        .map counts array key 4 value 8 entries 1
          r1 = map[counts]
          r0 = -1
          exit
        """;
    try (LoadedObject one = bed.datapath().programs().load(AssemblyParser.parse("1", counting));
        LoadedObject two = bed.datapath().programs().load(AssemblyParser.parse("2", counting))) {
      tcx().attachProgram(one.program("count"), AttachOptions.DEFAULT);
      tcx().attachProgram(two.program("count"), AttachOptions.DEFAULT);
      assertThat(bed.run("doctor in0").succeeded().out())
          .contains("note similar-programs: tcx:in0/ingress: count (id ", "with other maps");
    }
  }

  @Test
  void anOrderThatANeighbourBrokeIsPutBack() {
    bed.run("attach " + bed.program("guard", -1) + " --to tcx:in0/ingress --first").succeeded();
    try (LoadedObject other = load("other", -1)) {
      tcx().attachProgram(other.program("other"), AttachOptions.at(Anchor.head()));
      mended("broken-order: tcx:in0/ingress: guard (id ", "before other (id ");
      assertThat(bed.names(tcx())).containsExactly("guard", "other");
    }
  }

  @Test
  void theOrderInAControlGroupIsPutBackToo() throws IOException {
    List<Path> mounts = ControlGroup.mounts();
    assumeTrue(!mounts.isEmpty(), "no control groups of version 2 are mounted");
    Path group = mounts.getFirst().resolve("sluice-doctor-" + ProcessHandle.current().pid());
    Files.createDirectory(group);
    try {
      String hook = "cgroup:" + group + "/egress";
      String text = ".program %s cgroup_skb\n r0 = 1\n exit\n";
      bed.run("attach", bed.file("g.bpfasm", text.formatted("guard")), "--to", hook, "--first")
          .succeeded();
      Chain chain = bed.datapath().chain(new AttachPoint.Cgroup(group, Direction.EGRESS));
      try (LoadedObject loaded =
              bed.datapath().programs().load(AssemblyParser.parse("o", text.formatted("other")));
          Link other = chain.attach(loaded.program("other"), AttachOptions.at(Anchor.head()))) {
        assertThat(other.info().isDefunct()).isFalse();
        assertThat(bed.run("doctor").exited(2).out())
            .contains("broken-order: " + hook + ": guard (id ");
        assertThat(bed.run("doctor --fix").out()).contains("mended broken-order: " + hook);
        assertThat(bed.names(chain)).containsExactly("guard", "other");
      }
      bed.run("detach --all-mine --from " + hook).succeeded();
    } finally {
      Files.delete(group);
    }
  }

  @Test
  void pinsOfAVanishedDeviceGoAndThoseOfOthersStay() {
    attach("guard", -1, "tcx:in0/ingress");
    attach("stay", -1, "tcx:out0/egress");
    Path foreign = bed.bpfFileSystem().resolve("theirs");
    try (LoadedObject other = load("other", -1);
        Link link = tcx().attach(other.program("other"), AttachOptions.DEFAULT)) {
      link.pin(foreign);
      link.detach();
    }
    try (Link guard =
        bed.datapath()
            .links()
            .openPinned(new PinLayout(bed.bpfFileSystem()).linkPins().getFirst().path())) {
      guard.detach();
    }
    String found = bed.run("doctor in0").exited(2).out();
    assertThat(found)
        .contains("dead-pin: ", "in0-ingress-guard: link ", "somebody detached it")
        .doesNotContain("stay");
    assertThat(bed.run("doctor -o json").exited(2).out())
        .contains("\"check\" : \"defunct-link\"", "its owner may remove " + foreign);
    bed.datapath().kernelDevices().delete(device());
    assertThat(bed.run("doctor in0 br0").failed(1).err()).contains("no such device: br0");
    assertThat(bed.run("doctor in0").exited(2).out()).contains("device in0 went");
    assertThat(bed.run("doctor in0 --fix").succeeded().out()).startsWith("mended dead-pin");
    assertThat(bed.run("doctor out0 --fix").succeeded().out()).startsWith("mended dead-pin");
    assertThat(bed.pins()).containsExactly(Path.of("theirs"));
  }

  @Test
  void whatAKilledCommandLeftIsFoundWhenItHasHadItsTime() throws IOException {
    PinLayout pins = new PinLayout(bed.bpfFileSystem());
    Path link = pins.linkPin(PinLayout.inode(bed.namespace()), tcx().at(), "guard").path();
    Path note = pins.notePin(link);
    Path table = pins.tablePin(999_999, "jumps");
    for (Path pin : List.of(note, table)) {
      try (Rollback rollback = new Rollback();
          BpfMap map = bed.datapath().maps().create(MapSpec.of("left", MapType.ARRAY, 4, 4, 1))) {
        pins.prepare(pin, rollback);
        map.pin(pin);
        rollback.keep();
      }
    }
    assertThat(bed.run("doctor").out())
        .contains("orphaned-tables: ", "kept for program 999999, which is gone")
        .doesNotContain("orphaned-wishes");
    age(note);
    assertThat(bed.run("doctor").exited(2).out()).contains("orphaned-wishes: " + note);
    assertThat(bed.run("doctor --fix").out())
        .contains("mended orphaned-tables", "mended orphaned-wishes");
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void aMoveThatWasCutOffIsEnded() throws IOException {
    attach("guard", -1, "tcx:in0/ingress");
    PinLayout pins = new PinLayout(bed.bpfFileSystem());
    Path pin = pins.linkPins().getFirst().path();
    Mover.Keep keep = pins.movePins(pin);
    try (Link link = bed.datapath().links().openPinned(pin)) {
      Mover.Keep killed =
          new Mover.Keep() {
            @Override
            public Path link() {
              return keep.link();
            }

            @Override
            public Path table() {
              return keep.table();
            }

            @Override
            public void remove(Path path) {
              throw new IllegalStateException("killed");
            }
          };
      Mover mover = new Mover(bed.datapath());
      AttachOptions head = AttachOptions.at(Anchor.head());
      assertThatThrownBy(() -> mover.move(tcx(), link, pin, head, killed)).hasMessage("killed");
    }
    assertThat(bed.run("doctor in0").out()).doesNotContain("cut-off-move");
    age(keep.link());
    mended("cut-off-move: tcx:in0/ingress: a move of " + pin + " was cut off");
    assertThat(bed.names(tcx())).containsExactly("guard");
    assertThat(pins.linkPins()).hasSize(1);
    assertThat(pins.movedLinks()).isEmpty();
  }

  @Test
  void aPolicyThatSomebodyBrokeIsRestored() {
    String policy =
        bed.file(
            "policy.yaml",
            """
            apiVersion: sluice.dev/v1
            kind: TrafficPolicy
            metadata: {name: blocking}
            spec:
              blocks:
                - {name: strangers, device: in0, match: {from: {prefixes: 10.8.0.0/16}}}
            """);
    bed.run("apply", "-f", policy).succeeded();
    List<String> programs = bed.names(tcx());
    assertThat(programs).hasSize(1);
    int link = tcx().query().entries().getFirst().linkId();
    try (Link there = bed.datapath().links().open(link)) {
      there.detach();
    }
    assertThat(bed.run("doctor").exited(2).out())
        .contains("policy-drift: policies: to do: ", "(--fix does it)");
    assertThat(bed.run("doctor --fix").out()).contains("mended policy-drift");
    assertThat(bed.names(tcx())).isEqualTo(programs);
    assertThat(bed.run("doctor").out()).doesNotContain("policy-drift");
    assertThat(bed.run("policies").succeeded().out()).contains("blocking", "applied");
    // Without the state nobody knows why it filters, but it does.
    PinLayout pins = new PinLayout(bed.bpfFileSystem());
    pins.remove(pins.policyState(bed.namespace()));
    assertThat(bed.run("doctor --fix").exited(2).out())
        .contains("no policy is known that this is of: to do: take the rules out");
    assertThat(bed.names(tcx())).isEqualTo(programs);
    bed.run("apply", "-f", policy).succeeded();
    bed.run("delete blocking").succeeded();
    assertThat(bed.names(tcx())).isEmpty();
    assertThat(bed.run("doctor in0").succeeded().out()).doesNotContain("warning");
  }
}
