package dev.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Run;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.bpf.BpfFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applies that are killed at random moments, while packets pass. {@code -Dsluice.kills=100} has it
 * go on for longer than usual.
 */
@ExtendWith(Root.class)
class KilledAppliesTest {
  private static final int KILLS = Integer.getInteger("sluice.kills", 6);

  @TempDir Path folder;

  /** Blocks two of four senders, at one device or another, one way or another. */
  private List<Path> policies() throws IOException {
    String head =
        """
        apiVersion: sluice.dev/v1
        kind: TrafficPolicy
        metadata: {name: senders}
        spec:
          blocks:
            - {name: senders, %s, match: {from: {prefixes: [%s, 10.0.1.4]}}}
        """;
    List<String> texts =
        List.of(
            head.formatted("device: v0, way: download", "10.0.1.3"),
            head.formatted("device: v1, way: upload", "10.0.1.2"),
            head.formatted("device: v0, way: download", "10.0.1.2")
                + "  shaping:\n    - {device: v0, download: {rate: 1gbit}}\n",
            head.formatted("device: \"v?\"", "10.0.1.3")
                + "  shaping:\n    - {device: v1, upload: {rate: 1gbit}}\n");
    List<Path> files = new ArrayList<>();
    for (String text : texts) {
      files.add(Files.writeString(folder.resolve("policy" + files.size() + ".yaml"), text));
    }
    return files;
  }

  /** Applies the policies in a random order until it is killed. */
  static final class Applier {
    public static void main(String[] args) {
      Random random = new Random(Long.parseLong(args[1]));
      while (true) {
        String policy = args[2 + random.nextInt(args.length - 2)];
        System.out.println("begin");
        Run run = Run.of("-n", args[0], "apply", "-f", policy);
        System.out.println(run.code() == 0 ? "done" : "failed: " + run.err());
      }
    }
  }

  @Test
  void ofRulesLoseNoPacketAndLetNoneThrough() throws Exception {
    survives(policies().subList(0, 2), 0);
  }

  /**
   * While a root qdisc is exchanged, the kernel drops what is sent ({@code dev_deactivate} in
   * {@code net/sched/sch_generic.c}): of a packet a millisecond, a few for each.
   */
  @Test
  void ofRulesAndQueuesLetNoneThrough() throws Exception {
    survives(policies(), 4);
  }

  private static void survives(List<Path> policies, int lossOfAnApply) throws Exception {
    List<Integer> programsBefore = programs();
    List<Integer> linksBefore = links();
    try (NetworkNamespace host = NetworkNamespace.create("host");
        Crossing crossing = new Crossing(host);
        KernelDatapath kernel = KernelDatapath.open(host)) {
      String namespace = host.path().toString();
      Run.of("-n", namespace, "apply", "-f", policies.getFirst().toString()).succeeded();
      int applied = 0;
      crossing.start();
      // Until then some are killed in their first apply, and some in one of the next.
      int latest = 2 * millisOfAnApply(namespace, policies);
      for (int i = 0; i < KILLS; i++) {
        applied += killOne(namespace, i, latest, policies);
        assertThat(crossing.arrived(4)).as("packets that no policy lets pass").isZero();
      }
      Path last = policies.getLast();
      Run.of("-n", namespace, "apply", "-f", last.toString()); // may warn of who was cut off
      assertThat(Run.of("-n", namespace, "apply", "-f", last.toString()).succeeded().out())
          .contains("nothing to do");
      assertThat(Run.of("-n", namespace, "diff", "-f", last.toString()).code()).isZero();
      crossing.stop();
      assertThat(crossing.arrived(4)).isZero();
      long lost = crossing.sent(1) - crossing.arrived(1) - crossing.overrun();
      System.out.printf(
          "%d kills in %d applies; %d of %d packets lost that every policy lets pass%n",
          KILLS, applied, lost, crossing.sent(1));
      assertThat(lost)
          .as("packets lost that every policy lets pass")
          .isLessThanOrEqualTo((long) lossOfAnApply * applied);
      assertThat(crossing.arrived(2)).isPositive();
      assertThat(crossing.arrived(3)).isPositive();

      Run.of("-n", namespace, "delete", "senders").succeeded();
      Path state = new PinLayout(BpfFileSystem.DEFAULT).policyState(host);
      assertThat(PinLayout.exists(state)).as("state").isFalse();
      assertThat(PinLayout.exists(state.resolveSibling("links"))).as("links").isFalse();
      assertThat(PinLayout.exists(state.resolveSibling("steered"))).as("table").isFalse();
      assertThat(kernel.devices())
          .extracting(Device::name)
          .containsExactlyInAnyOrder("lo", "v0", "v1");
      assertThat(kernel.trafficControl().qdiscs(kernel.device("v1"))).hasSize(1);
    }
    Await.until("all links that nobody holds are gone", () -> lost(linksBefore).isEmpty());
    Await.until(
        "all programs that nobody has are gone", () -> lostPrograms(programsBefore).isEmpty());
  }

  private static ChildJvm start(String namespace, int seed, List<Path> policies)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(namespace, Integer.toString(seed)));
    policies.forEach(path -> arguments.add(path.toString()));
    ChildJvm child = new ChildJvm(Applier.class, arguments.toArray(String[]::new));
    assertThat(child.line()).isEqualTo("begin");
    return child;
  }

  private static int millisOfAnApply(String namespace, List<Path> policies) throws IOException {
    try (ChildJvm child = start(namespace, 0, policies)) {
      long begin = System.nanoTime();
      assertThat(child.line()).isEqualTo("done");
      return (int) ((System.nanoTime() - begin) / 1_000_000);
    }
  }

  /** Returns how many applies were begun. */
  private static int killOne(String namespace, int seed, int latest, List<Path> policies)
      throws Exception {
    try (ChildJvm child = start(namespace, seed, policies)) {
      CompletableFuture<ProcessHandle> end = ProcessHandle.of(child.pid()).orElseThrow().onExit();
      assertThat(end)
          .as("it goes on until it is killed")
          .failsWithin(new Random(seed).nextInt(latest), TimeUnit.MILLISECONDS);
      int begun = 1;
      for (String line : child.killed()) {
        assertThat(line).doesNotStartWith("failed");
        begun += line.equals("begin") ? 1 : 0;
      }
      return begun;
    }
  }

  /** Programs of policies. Others on this machine may have some, too. */
  private static List<Integer> programs() {
    try (KernelDatapath kernel = KernelDatapath.open(NetworkNamespace.current())) {
      return kernel.programs().list().stream()
          .filter(program -> program.name().startsWith("sluice_"))
          .map(ProgramInfo::id)
          .toList();
    }
  }

  private static List<Integer> lostPrograms(List<Integer> before) {
    try (KernelDatapath kernel = KernelDatapath.open(NetworkNamespace.current())) {
      List<Integer> lost = new ArrayList<>(programs());
      lost.removeAll(before);
      lost.removeAll(kernel.programs().holders().keySet());
      for (LinkInfo link : kernel.links().list()) {
        lost.removeIf(id -> id == link.programId());
      }
      return lost;
    }
  }

  private static List<Integer> links() {
    try (KernelDatapath kernel = KernelDatapath.open(NetworkNamespace.current())) {
      return kernel.links().list().stream().map(LinkInfo::id).toList();
    }
  }

  private static List<Integer> lost(List<Integer> before) {
    try (KernelDatapath kernel = KernelDatapath.open(NetworkNamespace.current())) {
      List<Integer> lost = new ArrayList<>(links());
      lost.removeAll(before);
      lost.removeAll(kernel.links().holders().keySet());
      return lost;
    }
  }
}
