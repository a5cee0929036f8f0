package dev.sluice.cli.tcx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands on chains against the kernel, in a namespace of the test's own. */
class TcxCommandsTest {
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

  private Chain chain() {
    return bed.datapath()
        .chain(new AttachPoint.Tcx(bed.datapath().device("in0"), Direction.INGRESS));
  }

  private Path pin(String program) {
    String device = "in0-ingress-" + program;
    return Path.of("sluice", "links", Long.toString(PinLayout.inode(bed.namespace())), device);
  }

  /** What is attached, without the links of others on this machine that lost their device. */
  private String chains() {
    return bed.run("tcx list").succeeded().out().replaceFirst("(?s)\nLinks without a device.*", "");
  }

  private Program load(String name) {
    ProgramSpec spec =
        AssemblyParser.parse(name, ".program " + name + " tcx\n r0 = -1\n exit\n")
            .programs()
            .getFirst();
    return bed.datapath().programs().load(spec, Map.of());
  }

  @Test
  void attachesUnderAPinnedLinkAndDetaches() {
    Run attached = bed.run("tcx attach in0 ingress " + bed.program("pass", -1)).succeeded();

    ChainState state = chain().query();
    ChainEntry entry = state.entries().getFirst();
    assertThat(entry.hasLink()).isTrue();
    assertThat(bed.pins()).containsExactly(pin("pass"));
    assertThat(attached.out())
        .matches(
            Pattern.compile(
                "attached pass \\(id %d, tag [0-9a-f]{16}\\) to tcx:in0/ingress at position 0, revision %d\nlink %d pinned at %s\n"
                    .formatted(
                        entry.programId(),
                        state.revision(),
                        entry.linkId(),
                        bed.bpfFileSystem().resolve(pin("pass")))));

    assertThat(bed.run("tcx detach in0 ingress pass").succeeded().out())
        .isEqualTo("detached pass (id " + entry.programId() + ") from tcx:in0/ingress\n");
    assertThat(chain().query().entries()).isEmpty();
    assertThat(bed.pins()).isEmpty();
    assertThat(bed.bpfFileSystem().resolve("sluice")).doesNotExist();
  }

  @Test
  void anchorsByNameIdLinkAndPin() {
    String[] programs = {"a", "b", "c", "d", "e", "f"};
    for (String program : programs) {
      bed.program(program, -1);
    }
    attach("a", "");
    attach("b", "--head");
    attach("c", "--before a");
    attach("d", "--after id:" + chain().query().entries().getFirst().programId());
    attach("e", "--before link:" + chain().query().entries().getLast().linkId());
    attach("f", "--after " + bed.bpfFileSystem().resolve(pin("b")));
    assertThat(bed.names(chain())).containsExactly("b", "f", "d", "c", "e", "a");

    // A bare program, and one right behind it.
    bed.run("tcx attach in0 ingress " + bed.program("g", -1) + " --bare --tail").succeeded();
    attach("h", "--before g");
    assertThat(bed.names(chain())).containsExactly("b", "f", "d", "c", "e", "a", "h", "g");
    assertThat(chain().query().entries().getLast().hasLink()).isFalse();
  }

  private Run attach(String program, String options) {
    return bed.run(("tcx attach in0 ingress " + bed.program(program, -1) + " " + options).strip())
        .succeeded();
  }

  @Test
  void listsWhatIsThere() {
    assertThat(chains()).isEqualTo("no programs attached\n");
    attach("first", "");
    attach("second", "--bare");

    List<String> lines = chains().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).split("\\s+"))
        .containsExactly(
            "DEVICE",
            "DIRECTION",
            "HOOK",
            "REV",
            "POS",
            "ID",
            "NAME",
            "TAG",
            "LINK",
            "OWNER",
            "PIN");
    ChainState state = chain().query();
    assertThat(lines.get(1).split("\\s+"))
        .startsWith("in0", "ingress", "TCX", Long.toString(state.revision()), "0")
        .endsWith(
            Integer.toString(state.entries().getFirst().linkId()),
            "sluice",
            bed.bpfFileSystem().resolve(pin("first")).toString());
    assertThat(lines.get(2).split("\\s+"))
        .startsWith("in0", "ingress", "TCX", Long.toString(state.revision()), "1")
        .endsWith("-", "bare", "-");
    assertThat(bed.run("tcx list out0").succeeded().out()).isEqualTo("no programs attached\n");
    assertThat(bed.run("tcx list -o json").succeeded().out())
        .contains("\"attachMode\" : \"TCX\"", "\"name\" : \"second\"", "\"owner\" : \"bare\"");
  }

  @Test
  void updatesInPlace() {
    attach("a", "");
    attach("b", "");
    int link = chain().query().entries().getFirst().linkId();
    int old = chain().query().entries().getFirst().programId();

    assertThat(bed.run("tcx update in0 ingress a " + bed.program("c", -1)).succeeded().out())
        .startsWith("updated position 0 of tcx:in0/ingress: c (id ")
        .endsWith(" runs in place of id " + old + "\n");
    assertThat(bed.names(chain())).containsExactly("c", "b");
    assertThat(chain().query().entries().getFirst().linkId()).isEqualTo(link);

    assertThat(
            bed.run(
                    "tcx update in0 ingress c "
                        + bed.program("d", -1)
                        + " --expect-program id:"
                        + chain().query().entries().getLast().programId())
                .failed(ExitCode.REFUSED)
                .err())
        .contains("EPERM");
    assertThat(bed.names(chain())).containsExactly("c", "b");

    int current = chain().query().entries().getFirst().programId();
    bed.run("tcx update in0 ingress c " + bed.program("d", -1) + " --expect-program id:" + current)
        .succeeded();
    assertThat(bed.names(chain())).containsExactly("d", "b");

    // A bare one too.
    bed.run("tcx attach in0 ingress " + bed.program("e", -1) + " --bare").succeeded();
    bed.run("tcx update in0 ingress e " + bed.program("f", -1)).succeeded();
    assertThat(bed.names(chain())).containsExactly("d", "b", "f");
  }

  @Test
  void leavesForeignLinksAlone() {
    try (Program foreign = load("foreign");
        Link link = chain().attach(foreign)) {
      Path pin = bed.bpfFileSystem().resolve("others");
      link.pin(pin);
      String[] commands = {
        "tcx detach in0 ingress foreign",
        "tcx detach in0 ingress link:" + link.info().id(),
        "tcx update in0 ingress foreign " + bed.program("mine", -1)
      };
      for (String command : commands) {
        assertThat(bed.run(command).failed(ExitCode.REFUSED).err())
            .contains(
                "program foreign (id " + foreign.info().id() + ") in tcx:in0/ingress",
                "belongs to link " + link.info().id(),
                "held by " + pin,
                "only its owner may change it");
      }
      assertThat(bed.names(chain())).containsExactly("foreign");
      assertThat(bed.run("tcx detach in0 ingress --all-mine").succeeded().out())
          .isEqualTo("nothing of Sluice's is attached to tcx:in0/ingress\n");
      assertThat(bed.names(chain())).containsExactly("foreign");

      // Who names the pin means it.
      bed.run("tcx detach in0 ingress " + pin).succeeded();
      assertThat(bed.names(chain())).isEmpty();
      assertThat(pin).doesNotExist();
    }
  }

  @Test
  void detachesAllItsOwnAndNothingElse() {
    attach("a", "");
    attach("b", "--bare");
    attach("c", "");
    assertThat(bed.run("tcx detach in0 ingress --all-mine").succeeded().out().lines()).hasSize(2);
    assertThat(bed.names(chain())).containsExactly("b");
    bed.run("tcx detach in0 ingress b").succeeded();
    assertThat(bed.names(chain())).isEmpty();
  }

  @Test
  void aFailedAttachLeavesNothing() {
    String name = "p" + ProcessHandle.current().pid(); // others on this machine load programs too
    String pass = bed.program(name, -1);

    assertThat(bed.run("tcx attach in0 ingress " + pass + " --expect 17").failed(2).err())
        .contains("ESTALE", "revision is 1, expected 17");
    assertThat(bed.run("tcx attach in0 ingress " + pass + " --before other").failed(1).err())
        .isEqualTo("sluice: no such entry in tcx:in0/ingress: other (it holds nothing)\n");
    assertThat(bed.run("tcx attach nodev0 ingress " + pass).failed(1).err())
        .isEqualTo("sluice: no such device: nodev0\n");
    assertThat(bed.run("tcx attach in0 up " + pass).failed(1).err())
        .isEqualTo("sluice: command line: expected ingress or egress, found \"up\"\n");
    assertThat(bed.run("tcx attach in0 ingress /no/such.bpfasm").failed(1).err())
        .isEqualTo("sluice: no such file: /no/such.bpfasm\n");
    assertThat(bed.run("tcx attach in0 ingress id:2147483647").failed(1).err())
        .contains("no such program");
    assertThat(bed.run("tcx attach in0 ingress " + pass + " --pin /tmp/x").failed(1).err())
        .contains("/tmp/x is not on a BPF file system");
    assertThat(bed.run("tcx attach in0 ingress " + pass + " --pin x").failed(1).err())
        .contains("absolute path");
    assertThat(bed.run("tcx attach in0 ingress " + pass + " --set m:1=1").failed(1).err())
        .isEqualTo("sluice: no such map of the program: m (it has none)\n");
    String several = bed.file("two.bpfasm", ".program a tcx\nexit\n.program b tcx\nexit\n");
    assertThat(bed.run("tcx attach in0 ingress " + several).failed(1).err())
        .contains(several + ": the file holds several programs; choose one with --program: a, b");
    String wrong = bed.file("wrong.bpfasm", ".program a tcx\n  r0 = r77\n  exit\n");
    assertThat(bed.run("tcx attach in0 ingress " + wrong).failed(1).err())
        .startsWith("sluice: " + wrong + ":2:");
    String unsafe = bed.file("unsafe.bpfasm", ".program a tcx\n  r0 = r5\n  exit\n");
    Run rejected = bed.run("tcx attach in0 ingress " + unsafe);
    assertThat(rejected.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(rejected.err())
        .contains("the verifier refused program a at " + unsafe + ":2: R5 !read_ok");
    assertThat(bed.run("-v", "tcx", "attach", "in0", "ingress", unsafe).err())
        .contains("processed ");

    assertThat(chain().query().entries()).isEmpty();
    assertThat(bed.pins()).isEmpty();
    assertThat(bed.bpfFileSystem().resolve("sluice")).doesNotExist();
    assertThat(bed.datapath().programs().list()).noneMatch(program -> program.name().equals(name));
  }

  @Test
  void aFullChainSaysSo() {
    List<Program> programs = new ArrayList<>();
    try {
      for (int i = 0; i < 63; i++) {
        Program program = load("p" + i);
        programs.add(program);
        chain().attachProgram(program, AttachOptions.DEFAULT);
      }
      assertThat(bed.run("tcx attach in0 ingress " + bed.program("late", -1)).failed(2).err())
          .contains("ERANGE", "63");
      assertThat(bed.pins()).isEmpty();
    } finally {
      programs.forEach(Program::close);
    }
  }

  @Test
  void theSameProgramTwiceIsRefusedWithTheWayOut() {
    attach("pass", "");
    assertThat(bed.run("tcx attach in0 ingress " + bed.program("pass", -1)).failed(2).err())
        .contains("pass is attached to tcx:in0/ingress already", "sluice tcx update", "--pin");
    int id = chain().query().entries().getFirst().programId();
    assertThat(
            bed.run(
                    "tcx attach in0 ingress id:"
                        + id
                        + " --pin "
                        + bed.bpfFileSystem().resolve("x"))
                .failed(2)
                .err())
        .contains("EEXIST");
    assertThat(bed.names(chain())).containsExactly("pass");
    assertThat(bed.pins()).containsExactly(pin("pass"));
  }

  @Test
  void prunesWhatLostItsDevice() {
    attach("lost", "");
    bed.run("tcx attach out0 egress " + bed.program("kept", -1)).succeeded();
    bed.datapath().kernelDevices().createVeth("d1", "e1", null);
    bed.run("tcx attach d1 ingress " + bed.program("gone", -1)).succeeded();
    bed.datapath().kernelDevices().delete(bed.datapath().device("d1"));

    assertThat(bed.run("tcx list").succeeded().out())
        .contains("Links without a device (sluice tcx prune removes Sluice's own):")
        .contains("d1-ingress-gone");
    String pin = bed.bpfFileSystem().resolve(pin("x")).resolveSibling("d1-ingress-gone").toString();
    assertThat(bed.run("tcx prune --dry-run").succeeded().out())
        .isEqualTo("would remove " + pin + "\n");
    assertThat(bed.run("tcx prune").succeeded().out()).isEqualTo("removed " + pin + "\n");
    assertThat(bed.run("tcx prune").succeeded().out()).isEqualTo("nothing to remove\n");
    assertThat(bed.pins()).hasSize(2);

    // A new device of the old name finds its place taken by a defunct pin, and takes it over.
    bed.datapath().kernelDevices().createVeth("d2", "e2", null);
    bed.run("tcx attach d2 ingress " + bed.program("again", -1)).succeeded();
    bed.datapath().kernelDevices().delete(bed.datapath().device("d2"));
    bed.datapath().kernelDevices().createVeth("d2", "e2", null);
    bed.run("tcx attach d2 ingress " + bed.program("again", -1)).succeeded();
  }

  @Test
  void mapsAreSetAndPinnedOnTheWay() {
    String name = "c" + ProcessHandle.current().pid();
    String file =
        bed.file(
            "counted.bpfasm",
            """
            .license GPL
            .map limits hash key u32 value struct limit { rate u64, class u32 } entries 8
            .program NAME tcx
              *(u32 *)(r10 - 4) = 0
              r2 = r10
              r2 += -4
              r1 = map[limits]
              call bpf_map_lookup_elem
              r0 = -1
              exit
            """
                .replace("NAME", name));
    Path maps = bed.bpfFileSystem().resolve("maps");
    Run run =
        bed.run(
                "tcx",
                "attach",
                "in0",
                "ingress",
                file,
                "--set",
                "limits:5=1000 1:10",
                "--pin-maps",
                maps.toString())
            .succeeded();
    Matcher map =
        Pattern.compile("map limits \\(id (\\d+)\\) pinned at " + maps + "/limits\n")
            .matcher(run.out());
    assertThat(map.find()).as(run.out()).isTrue();
    assertThat(bed.run("map dump " + map.group(1)).succeeded().out())
        .contains("5", "{rate: 1000, class: 65552}");
    assertThat(bed.run("map list --program " + name).succeeded().out()).contains("limits");

    // A second time the maps' pins are in the way: nothing of the first changes.
    assertThat(bed.run("tcx attach out0 ingress " + file + " --pin-maps " + maps).failed(1).err())
        .contains("something is pinned there already: " + maps + "/limits");
    assertThat(bed.run("tcx list out0").succeeded().out()).isEqualTo("no programs attached\n");
  }

  @Test
  void attachesAPinnedProgramAndOneByItsNumber() {
    Path pinned = bed.bpfFileSystem().resolve("prog");
    bed.run("prog load " + bed.program("pinned", -1) + " --pin " + pinned).succeeded();
    bed.run("tcx attach in0 ingress " + pinned).succeeded();
    int id = chain().query().entries().getFirst().programId();
    bed.run("tcx attach out0 egress id:" + id).succeeded();
    assertThat(bed.names(chain())).containsExactly("pinned");
  }

  @Test
  void holdsTheLinkInTheForeground() throws InterruptedException {
    for (String mode : List.of("tcx", "tc")) {
      String command =
          "tcx attach in0 ingress " + bed.program("held", -1) + " --hold --mode " + mode;
      AtomicReference<Run> run = new AtomicReference<>();
      Thread holder = Thread.ofPlatform().start(() -> run.set(bed.run(command)));
      Instant deadline = Instant.now().plusSeconds(30);
      while (!chains().contains("held") && Instant.now().isBefore(deadline)) {
        Thread.onSpinWait();
      }
      assertThat(chains()).contains("held", mode.toUpperCase(Locale.ROOT));
      assertThat(bed.pins()).isEmpty();
      holder.interrupt();
      holder.join();
      assertThat(run.get().err()).isEqualTo("sluice: holding the link; Ctrl-C detaches\n");
      assertThat(chains()).isEqualTo("no programs attached\n");
    }
  }

  @Test
  void theClassicHookHasNoLinks() {
    String pass = bed.program("pass", -1);
    assertThat(bed.run("tcx attach in0 ingress " + pass + " --mode tc").succeeded().out())
        .startsWith("attached pass (id ")
        .endsWith(" to tc:in0/ingress at position 0\n");
    assertThat(
            bed.run(
                    "tcx attach in0 ingress "
                        + pass
                        + " --mode tc --pin "
                        + bed.bpfFileSystem().resolve("x"))
                .failed(1)
                .err())
        .contains("no link to pin");
    bed.run("tcx attach in0 ingress " + bed.program("head", -1) + " --mode tc --head").succeeded();
    assertThat(chains()).containsPattern("TC .* head .*\n.* pass ");
    bed.run("tcx update in0 ingress head " + bed.program("other", -1) + " --mode tc").succeeded();
    assertThat(chains()).containsPattern(" other .*\n.* pass ");
    bed.run("tcx detach in0 ingress pass --mode tc").succeeded();
    bed.run("tcx detach in0 ingress other --mode tc").succeeded();
    assertThat(chains()).isEqualTo("no programs attached\n");
  }
}
