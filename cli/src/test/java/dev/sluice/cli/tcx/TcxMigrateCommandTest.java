package dev.sluice.cli.tcx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.kernel.ChildJvm;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Migrations against the kernel, in a namespace of the test's own. */
class TcxMigrateCommandTest {
  private static final int MIGRATIONS = 100;

  private static final int KILLS = 4;

  /** The slots of the table of packets that a program saw. */
  private static final int SLOTS = 1 << 18;

  /** Between two packets, in nanoseconds; the kernel adds some 50 microseconds. */
  private static final long PAUSE = 1_000;

  /** Each packet carries its number behind its headers, and the program counts there. */
  private static final String WITNESS =
      """
      .license GPL
      .map seen array key u32 value u64 entries %d
      .program %s tcx
        w2 = *(u32 *)(r1 + skb.protocol)
        if w2 != 8 goto out     # IPv4, in network order: what the kernel sends by itself is not
        *(u32 *)(r10 - 4) = 0
        r2 = 42
        r3 = r10
        r3 += -4
        r4 = 4
        call skb_load_bytes
        if r0 != 0 goto out
        r1 = map[seen]
        r2 = r10
        r2 += -4
        call map_lookup_elem
        if r0 == 0 goto out
        r1 = 1
        lock *(u64 *)(r0 + 0) += r1
      out:
        r0 = -1
        exit
      """;

  private Testbed bed;
  private volatile boolean stopped;

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

  private List<Integer> programs(String device, Direction direction, AttachMode mode) {
    AttachPoint at = new AttachPoint.Tcx(bed.datapath().device(device), direction);
    return bed.datapath().chain(at, mode).query().entries().stream()
        .map(ChainEntry::programId)
        .toList();
  }

  private void attachClassic(String name) {
    bed.run("tcx attach in0 ingress " + bed.program(name, -1) + " --mode tc").succeeded();
  }

  private List<Integer> tcx() {
    return programs("in0", Direction.INGRESS, AttachMode.TCX);
  }

  private List<Integer> classic() {
    return programs("in0", Direction.INGRESS, AttachMode.TC);
  }

  private void addForeign(int priority, Program program) {
    bed.datapath()
        .trafficControl()
        .apply(
            Change.OfFilter.add(
                bed.datapath().device("in0"),
                Handle.CLSACT_INGRESS,
                priority,
                Change.OfFilter.ALL_PROTOCOLS,
                BpfFilter.directAction(program, "theirs")));
  }

  private Program foreign() {
    return bed.datapath()
        .programs()
        .load(
            AssemblyParser.parse("f", ".program theirs tcx\n r0 = -1\n exit\n")
                .programs()
                .getFirst(),
            Map.of());
  }

  @Test
  void keepsOrderAndProgramsForthAndBack() {
    attachClassic("a");
    attachClassic("b");
    attachClassic("c");
    List<Integer> order = classic();
    String dry = bed.run("tcx migrate in0 --dry-run").succeeded().out();
    assertThat(dry.lines()).hasSize(6).allMatch(line -> line.startsWith("would "));
    assertThat(tcx()).isEmpty();
    assertThat(bed.pins()).isEmpty();

    assertThat(bed.run("tcx migrate in0").succeeded().out()).isEqualTo(dry.replace("would ", ""));
    assertThat(tcx()).isEqualTo(order);
    assertThat(classic()).isEmpty();
    assertThat(bed.pins()).hasSize(3);
    assertThat(bed.run("tcx migrate in0").succeeded().out())
        .isEqualTo("nothing of Sluice's to move\n");

    bed.run("tcx migrate in0 --back").succeeded();
    assertThat(classic()).isEqualTo(order);
    assertThat(tcx()).isEmpty();
    assertThat(bed.pins()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "4", "5", "6", "8", "77"})
  void refusesWhatMeansSomethingElseThere(int verdict) {
    bed.run("tcx attach in0 ingress " + bed.program("odd", verdict) + " --mode tc").succeeded();
    int own = classic().getFirst();
    assertThat(bed.run("tcx migrate in0").failed(ExitCode.REFUSED).err())
        .contains("odd (id " + own + ") can return " + verdict, "--force");
    assertThat(classic()).containsExactly(own);
    assertThat(tcx()).isEmpty();
    assertThat(bed.run("tcx migrate in0 --force").err()).contains("warning: odd");
    assertThat(tcx()).containsExactly(own);
    bed.run("tcx migrate in0 --back").failed(ExitCode.REFUSED);
  }

  @Test
  void saysWhereVerdictsAreNotKnown() {
    String file =
        bed.file(
            "any.bpfasm",
            ".license GPL\n.program any tcx\n  r0 = *(u32 *)(r1 + skb.mark)\n  exit\n");
    bed.run("tcx attach in0 ingress " + file + " --mode tc").succeeded();
    int own = classic().getFirst();
    assertThat(bed.run("tcx migrate in0").err())
        .contains("any (id " + own + "): what it returns is not known");
    assertThat(tcx()).containsExactly(own);
  }

  @Test
  void leavesOthersAloneAndSaysWhenTheOrderWouldChange() {
    try (Program theirs = foreign()) {
      attachClassic("a");
      int own = classic().getFirst();
      addForeign(100, theirs);
      assertThat(bed.run("tcx migrate in0").failed(ExitCode.REFUSED).err())
          .contains("the bpf filter with priority 100", "runs before a", "--force");
      assertThat(classic()).containsExactly(theirs.info().id(), own);
      assertThat(tcx()).isEmpty();

      assertThat(bed.run("tcx migrate in0 --force").code()).isZero();
      assertThat(classic()).containsExactly(theirs.info().id());
      assertThat(tcx()).containsExactly(own);
      bed.run("tcx migrate in0 --back").succeeded();
      assertThat(classic()).containsExactly(own, theirs.info().id());
    }
  }

  @Test
  void refusesWhatTcxCannotDo() {
    attachClassic("a");
    List<Integer> before = classic();
    try (Program narrow = foreign()) {
      bed.datapath()
          .trafficControl()
          .apply(
              Change.OfFilter.add(
                  bed.datapath().device("in0"),
                  Handle.CLSACT_INGRESS,
                  40000,
                  0x0800,
                  BpfFilter.directAction(narrow, "sluice:theirs")));
      assertThat(bed.run("tcx migrate in0").failed(ExitCode.REFUSED).err())
          .contains("sees packets of protocol 0x800 only");
      assertThat(classic()).startsWith(before.getFirst());
      assertThat(tcx()).isEmpty();
    }
  }

  @Test
  void aStepThatFailsUndoesThoseBeforeIt() {
    attachClassic("a");
    attachClassic("b");
    List<Integer> before = classic();
    AttachPoint at = new AttachPoint.Tcx(bed.datapath().device("in0"), Direction.INGRESS);
    for (int i = 0; i < 62; i++) {
      try (Program theirs = foreign()) {
        bed.datapath().chain(at, AttachMode.TCX).attachProgram(theirs, AttachOptions.DEFAULT);
      }
    }
    List<Integer> theirs = tcx();
    // The first of the two still finds a place.
    assertThat(bed.run("tcx migrate in0").failed(ExitCode.REFUSED).err()).contains("ERANGE", "(b)");
    assertThat(tcx()).isEqualTo(theirs);
    assertThat(classic()).isEqualTo(before);
    assertThat(bed.pins()).isEmpty();
  }

  @Test
  void leavesPoliciesToApply() {
    String policy =
        bed.file(
            "policy.yaml",
            """
            apiVersion: sluice.dev/v1
            kind: TrafficPolicy
            metadata: {name: shut}
            spec:
              blocks:
                - {name: one, device: in0, way: download, match: {from: {prefixes: [10.0.1.3]}}}
            """);
    bed.run("apply -f " + policy + " --mode tc").succeeded();
    List<Integer> before = classic();
    assertThat(before).isNotEmpty();
    Run run = bed.run("tcx migrate in0");
    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo("nothing of Sluice's to move\n");
    assertThat(run.err()).contains("is a policy's, and stays: sluice apply --mode tcx moves it");
    assertThat(classic()).isEqualTo(before);
    assertThat(tcx()).isEmpty();
    bed.run("delete shut").succeeded();
  }

  /** Migrates to and fro until it is killed. */
  static final class Migrator {
    public static void main(String[] args) {
      System.out.println("begin");
      for (int i = 0; ; i++) {
        String[] forth = {"-n", args[0], "tcx", "migrate", args[2]};
        String[] back = {"-n", args[0], "tcx", "migrate", args[2], "--back"};
        Run run = Run.of(Path.of(args[1]), i % 2 == 0 ? forth : back);
        System.out.println(run.code() == 0 ? "done" : "failed: " + run.err());
      }
    }
  }

  /** A program in our own hands that is first in the TCX chain, and stays there. */
  private BpfMap reference(String device, Direction direction) {
    try (LoadedObject loaded =
        bed.datapath()
            .programs()
            .load(AssemblyParser.parse("r", WITNESS.formatted(SLOTS, "reference")))) {
      AttachPoint at = new AttachPoint.Tcx(bed.datapath().device(device), direction);
      Program program = loaded.programs().values().iterator().next();
      bed.datapath().chain(at, AttachMode.TCX).attachProgram(program, AttachOptions.DEFAULT);
      return bed.datapath().maps().open(program.info().mapIds().getFirst());
    }
  }

  /** A program of Sluice's at the classic hook. */
  private BpfMap witness(String device, Direction direction) {
    String file = bed.file("witness.bpfasm", WITNESS.formatted(SLOTS, "witness"));
    bed.run("tcx attach " + device + " " + direction + " " + file + " --mode tc").succeeded();
    int id = programs(device, direction, AttachMode.TC).getFirst();
    try (Program open = bed.datapath().programs().open(id)) {
      return bed.datapath().maps().open(open.info().mapIds().getFirst());
    }
  }

  /** Sends numbered packets until it is stopped; says how many. */
  private FutureTask<Integer> sender() {
    DatagramChannel channel = bed.namespace().call(DatagramChannel::open);
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              ByteBuffer payload = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
              int number = 0;
              try (channel) {
                while (!stopped && number < SLOTS) {
                  payload.clear().putInt(0, number++);
                  channel.send(payload, new InetSocketAddress("10.9.0.2", 9));
                  LockSupport.parkNanos(PAUSE);
                }
              }
              return number;
            });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  private static long count(BpfMap map, int number) {
    byte[] key = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
    byte[] value = map.lookup(key);
    return value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Each packet that the reference saw, the witness saw, too: once, or now and then twice. */
  private static void compare(int sent, BpfMap reference, BpfMap witness) {
    long arrived = 0;
    long unseen = 0;
    long twice = 0;
    long more = 0;
    for (int i = 0; i < sent; i++) {
      if (count(reference, i) != 0) {
        arrived++;
        long seen = count(witness, i);
        unseen += seen == 0 ? 1 : 0;
        twice += seen == 2 ? 1 : 0;
        more += seen > 2 ? 1 : 0;
      }
    }
    System.out.printf("%d sent, %d arrived, %d unseen, %d twice%n", sent, arrived, unseen, twice);
    assertThat(arrived).as("packets").isGreaterThan(1000);
    assertThat(unseen).as("packets that no program saw").isZero();
    assertThat(more).as("packets seen more than twice").isZero();
  }

  @ParameterizedTest
  @CsvSource({"in0, INGRESS", "out0, EGRESS"})
  void noPacketIsUnseen(String device, Direction direction) throws Exception {
    try (BpfMap reference = reference(device, direction);
        BpfMap witness = witness(device, direction)) {
      FutureTask<Integer> sender = sender();
      for (int i = 0; i < MIGRATIONS; i++) {
        bed.run("tcx migrate " + device + (i % 2 == 0 ? "" : " --back")).succeeded();
      }
      stopped = true;
      compare(sender.get(), reference, witness);
    }
  }

  @Test
  void killedInBetweenNoPacketIsUnseenAndAnotherRunFinishes() throws Exception {
    Random random = new Random(1);
    try (BpfMap reference = reference("in0", Direction.INGRESS);
        BpfMap witness = witness("in0", Direction.INGRESS)) {
      List<Integer> program = classic();
      FutureTask<Integer> sender = sender();
      for (int i = 0; i < KILLS; i++) {
        try (ChildJvm child =
            new ChildJvm(
                Migrator.class,
                bed.namespace().path().toString(),
                bed.bpfFileSystem().toString(),
                "in0")) {
          assertThat(child.line()).isEqualTo("begin");
          assertThat(child.line()).isEqualTo("done");
          assertThat(ProcessHandle.of(child.pid()).orElseThrow().onExit())
              .failsWithin(random.nextInt(60), TimeUnit.MILLISECONDS);
          assertThat(child.killed()).noneMatch(line -> line.startsWith("failed"));
        }
      }
      bed.run("tcx migrate in0").succeeded();
      assertThat(classic()).isEmpty();
      assertThat(tcx()).endsWith(program.getFirst()).hasSize(2);
      bed.run("tcx migrate in0 --back").succeeded();
      assertThat(classic()).isEqualTo(program);
      assertThat(tcx()).hasSize(1);
      stopped = true;
      compare(sender.get(), reference, witness);
    }
    assertThat(bed.pins()).isEmpty();
  }
}
