package dev.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Run;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.BpfFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code plan}, {@code apply}, {@code diff} and {@code delete}, in a namespace of the test's own.
 */
class PolicyCommandsTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: shaped}
      spec:
        shaping:
          - {device: v0, upload: {rate: 8mbit}}
      """;

  private static final String BLOCKING =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: blocking}
      spec:
        blocks:
          - {name: strangers, device: v0, match: {from: {prefixes: 10.9.0.0/16}}}
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("policy.yaml"), text);
  }

  private static NetworkNamespace namespace() {
    try {
      return NetworkNamespace.create("policy");
    } catch (NotPermitted e) {
      assumeTrue(false, "needs a network namespace: " + e.getMessage());
      throw e;
    }
  }

  private static Run run(NetworkNamespace namespace, Object... words) {
    String[] args = new String[words.length + 2];
    args[0] = "-n";
    args[1] = namespace.path().toString();
    for (int i = 0; i < words.length; i++) {
      args[i + 2] = words[i].toString();
    }
    return Run.of(args);
  }

  @Test
  void appliesChangesAndDeletes() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      kernel.kernelDevices().setUp(device, true);
      Path policy = file(POLICY);

      assertThat(run(namespace, "plan", "-f", policy).succeeded().out()).contains("lossy", "8Mbit");
      assertThat(root(kernel, device).qdisc().kind()).isEqualTo("noqueue");

      run(namespace, "apply", "-f", policy).succeeded();
      assertThat(root(kernel, device).handle()).isEqualTo(Handle.of(0x51ce, 0));
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out()).contains("nothing to do");
      assertThat(run(namespace, "policies").succeeded().out()).contains("shaped", "applied");

      Path faster = file(POLICY.replace("8mbit", "9mbit"));
      Run different = run(namespace, "diff", "-f", faster);
      assertThat(different.code()).isEqualTo(1);
      assertThat(different.out()).contains("hitless");
      run(namespace, "apply", "-f", faster).succeeded();
      assertThat(((Tbf) root(kernel, device).qdisc()).rate().rate()).isEqualTo(Rate.megabits(9));

      run(namespace, "delete", "shaped").succeeded();
      assertThat(root(kernel, device).qdisc().kind()).isEqualTo("noqueue");
      assertThat(run(namespace, "policies").succeeded().out()).contains("no policies");
    }
  }

  @Test
  void onlyChangesRemoveWhatGoneNamespacesLeft() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      kernel.kernelDevices().createVeth("v0", "v1", null);
      PinLayout layout = new PinLayout(BpfFileSystem.DEFAULT);
      Path own = layout.policyState(namespace);
      // Of a namespace that had the same inode number.
      Path left = own.resolve("../../" + PinLayout.inode(namespace) + "-0/state").normalize();
      BpfFileSystem.prepare(left);
      try (BpfMap map = kernel.maps().create(MapSpec.of("left", MapType.ARRAY, 4, 4, 1))) {
        map.pin(left);
      }
      Path policy = file(BLOCKING);
      run(namespace, "plan", "-f", policy).succeeded();
      run(namespace, "policies").succeeded();
      assertThat(PinLayout.exists(left)).isTrue();
      run(namespace, "apply", "-f", policy).succeeded();
      assertThat(PinLayout.exists(left)).isFalse();
      assertThat(PinLayout.exists(own)).isTrue();
      run(namespace, "delete", "blocking").succeeded();
      assertThat(PinLayout.exists(own)).isFalse();
    }
  }

  @Test
  void leavesAloneWhatSomebodyElseMade() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      Tbf theirs = Tbf.of(Rate.megabits(1), 10_000, 50_000);
      kernel
          .trafficControl()
          .apply(Change.OfQdisc.add(device, Handle.ROOT, Handle.of(1, 0), theirs));

      Run refused = run(namespace, "apply", "-f", file(POLICY));
      assertThat(refused.code()).isNotZero();
      assertThat(refused.err()).contains("device v0", "somebody else", "tc qdisc del dev v0 root");
      assertThat(root(kernel, device).handle()).isEqualTo(Handle.of(1, 0));
      assertThat(run(namespace, "policies").succeeded().out()).contains("no policies");
    }
  }

  @Test
  void putsRulesInPlaceExchangesAndRemovesThem() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      kernel.kernelDevices().setUp(device, true);
      String rules =
          """
            blocks:
              - {name: strangers, device: v0, way: download, match: {from: {prefixes: 10.9.0.0/16}}}
            sharing:
              - device: v0
                rate: 8mbit
                classes:
                  - {name: web, rate: 7mbit, match: {protocol: tcp, ports: 80}}
          """;
      Path policy = file(POLICY + rules);
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out())
          .contains("load the rules", "put the rules in place at v0/ingress (TCX)");
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("sluice_in", "sluice_out");
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out()).contains("nothing to do");

      Path changed = file(POLICY + rules.replace("10.9", "10.8"));
      assertThat(run(namespace, "diff", "-f", changed).code()).isEqualTo(1);
      assertThat(run(namespace, "apply", "-f", changed).succeeded().out())
          .contains("exchange the rules at v0/egress")
          .doesNotContain("put the rules", "queue");
      assertThat(run(namespace, "policies").succeeded().out()).contains("shaped", "applied", "TCX");
      assertThat(run(namespace, "status").succeeded().out())
          .contains("shaped: applied, Attach Mode: TCX");
      assertThat(run(namespace, "policies", "shaped").succeeded().out())
          .contains("strangers", "blocked", "web", "(default)");
      kernel
          .trafficControl()
          .apply(Change.OfQdisc.delete(device, Handle.ROOT)); // somebody was here
      assertThat(run(namespace, "policies").succeeded().out()).contains("drifted", "to do: ");

      run(namespace, "delete", "shaped").succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).isEmpty();
      assertThat(root(kernel, device).qdisc().kind()).isEqualTo("noqueue");
    }
  }

  @Test
  void aTrialIsHeldAgainstWhatIsThere() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      kernel.kernelDevices().createVeth("v0", "v1", null);
      Path policy = file(BLOCKING);
      Path flows =
          Files.writeString(
              folder.resolve("flows.yaml"),
              """
              duration: 1s
              flows:
                - name: stranger
                  packet: udp 10.9.0.1:1 > 10.0.0.9:80 len 1000
                  rate: 1mbit
                  device: v0
              """);
      Object[] words = {"try", "-f", policy, "--traffic", flows, "--compare", "live,1"};
      assertThat(run(namespace, words).failed(1).err())
          .contains("blocking", "policy that was applied here");
      run(namespace, "apply", "-f", policy).succeeded();
      assertThat(run(namespace, words).succeeded().out())
          .contains("Predicted and live", "blocked   1.00 Mbit/s   0 bit/s");
      words[6] = "live,0";
      assertThat(run(namespace, words).failed(1).err()).contains("live,SECONDS");
      run(namespace, "delete", "blocking").succeeded();
    }
  }

  @Test
  void warnsOfWhatIsLikelyNotMeant() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      kernel.kernelDevices().createVeth("v0", "v1", null);
      Path policy =
          file(
              POLICY
                  + """
                    sharing:
                      - {device: v0, rate: 10mbit, classes: [{name: a, rate: 1mbit}]}
                    workloads:
                      - {name: web, device: v1, addresses: 10.0.0.1, labels: {app: web}}
                    access:
                      - name: none
                        workloadSelector: {matchLabels: {app: wbe}}
                      - name: port
                        workloadSelector: {matchLabels: {app: web}}
                        ingress: [{ports: {port: http}}]
                  """);
      assertThat(run(namespace, "plan", "-f", policy).err())
          .contains("held to 8Mbit, which is what there is to share out, not 10Mbit")
          .contains("spec.access[0].workloadSelector: it chooses none of the workloads")
          .contains("spec.access[1].ingress[0].ports")
          .contains("calls a port http");
      Path twice = file(BLOCKING + "    - {name: strangers, device: v1}\n");
      assertThat(run(namespace, "plan", "-f", twice).failed(1).err())
          .contains("spec.blocks[1].name: expected a name of its own");
    }
  }

  @Test
  void aProgramThatIsRefusedLeavesAllAsItWas() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      kernel.kernelDevices().setUp(device, true);
      run(namespace, "apply", "-f", file(BLOCKING)).succeeded();
      List<Integer> before = links(kernel, device);
      Files.writeString(
          folder.resolve("bad.bpfasm"),
          ".program bad sched_cls\n  r0 = *(u32 *)(r1 + 30000)\n  exit\n");
      Path policy =
          file(
              BLOCKING.replace("10.9", "10.8")
                  + """
                    shaping:
                      - {device: v0, upload: {rate: 8mbit}, download: {rate: 4mbit}}
                    programs:
                      - {name: bad, file: bad.bpfasm, device: v0, way: upload}
                  """);
      Run refused = run(namespace, "apply", "-f", policy);
      assertThat(refused.code()).isNotZero();
      assertThat(refused.err()).contains("bad", "Everything is as it was before");
      assertThat(links(kernel, device)).isEqualTo(before);
      assertThat(root(kernel, device).qdisc().kind()).isEqualTo("noqueue");
      assertThat(kernel.devices()).hasSize(3);
      assertThat(run(namespace, "policies").succeeded().out()).contains("blocking", "applied");
      assertThat(run(namespace, "diff", "-f", file(BLOCKING)).code()).isZero();
      run(namespace, "delete", "blocking").succeeded();
    }
  }

  private static List<Integer> links(KernelDatapath kernel, Device device) {
    List<Integer> links = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      AttachPoint at = new AttachPoint.Tcx(device, direction);
      kernel.chain(at).query().entries().forEach(entry -> links.add(entry.linkId()));
    }
    return links;
  }

  @Test
  void keepsPoliciesUpWhoseFilesAndDevicesAreGone() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      kernel.kernelDevices().createVeth("v0", "v1", null);
      Device gone = kernel.kernelDevices().createVeth("v2", "v3", null);
      Path list = Files.writeString(folder.resolve("list.txt"), "10.9.0.0/16\n10.7.0.0/16\n");
      Path first =
          file(
              BLOCKING
                      .replace("blocking", "first")
                      .replace("prefixes: 10.9.0.0/16", "lists: known")
                      .replace("device: v0", "device: \"v*\"")
                  + """
                    addressLists:
                      - {name: known, files: list.txt}
                    workloads:
                      - {name: web, device: v2, addresses: 10.0.0.1, labels: {app: web}}
                    access:
                      - {name: none, workloadSelector: {matchLabels: {app: web}}}
                  """);
      run(namespace, "apply", "-f", first).succeeded();
      Files.delete(list);
      Path other = file(BLOCKING.replace("blocking", "other").replace("10.9", "10.5"));
      // The list's two, that of the other, that of the workload.
      assertThat(run(namespace, "apply", "-f", other).succeeded().out()).contains("prefixes: 4");
      kernel.kernelDevices().delete(gone);
      Run again = run(namespace, "apply", "-f", other);
      assertThat(again.code()).isZero();
      assertThat(again.err()).contains("policy first: workload default/web is gone");
      assertThat(again.out()).contains("prefixes: 4");
      assertThat(run(namespace, "policies").succeeded().out())
          .contains("first", "degraded", "other", "applied");
      assertThat(run(namespace, "apply", "-f", other).out()).contains("nothing to do");
      run(namespace, "delete", "other", "first");
      assertThat(run(namespace, "policies").succeeded().out()).contains("no policies");
    }
  }

  @Test
  void queuesWhatArrives() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      String arriving = "{device: v0, download: {rate: 4mbit}, upload: {rate: 8mbit}}";
      Path policy = file(POLICY.replace("{device: v0, upload: {rate: 8mbit}}", arriving));
      run(namespace, "apply", "-f", policy).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).containsExactly("sluice_steer");
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out()).contains("nothing to do");
      assertThat(run(namespace, "policies").succeeded().out()).contains("shaped", "applied");

      // Another policy leaves its ifb alone, and puts its rules before it.
      run(namespace, "apply", "-f", file(BLOCKING)).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("sluice_in", "sluice_steer", "sluice_out");
      run(namespace, "delete", "blocking").succeeded();

      Path classic = file(POLICY.replace("{device: v0, upload: {rate: 8mbit}}", arriving));
      run(namespace, "apply", "--mode", "tc", "-f", classic).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).isEmpty();
      assertThat(programs(kernel, device, AttachMode.TC)).containsExactly("sluice_steer");
      run(namespace, "apply", "-f", classic).succeeded();
      assertThat(programs(kernel, device, AttachMode.TC)).isEmpty();
      run(namespace, "delete", "shaped").succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).isEmpty();
      assertThat(kernel.devices())
          .extracting(Device::name)
          .containsExactlyInAnyOrder("lo", "v0", "v1");
    }
  }

  private static String own(String conditions) {
    return BLOCKING
        + """
          programs:
            - name: counter
              file: %s
              device: v0
              way: download
              %s
        """
            .formatted(Path.of("../examples/Count.java").toAbsolutePath().normalize(), conditions);
  }

  @Test
  void putsProgramsOfTheUsersOwnWhereTheyAreWanted() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      Path policy = file(own("before: sluice"));
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out())
          .contains("put program counter of policy blocking in place at v0/ingress (TCX)");
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("count", "sluice_in", "sluice_out");
      assertThat(run(namespace, "apply", "-f", policy).succeeded().out()).contains("nothing to do");

      // Another policy leaves it where it is, also when its file is gone meanwhile.
      String other = BLOCKING.replace("blocking", "other").replace("10.9", "10.7");
      run(namespace, "apply", "-f", file(other)).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("count", "sluice_in", "sluice_out");

      run(namespace, "apply", "-f", file(BLOCKING)).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("sluice_in", "sluice_out");

      Run impossible =
          run(namespace, "apply", "-f", file(own("before: sluice\n      after: sluice_in")));
      assertThat(impossible.code()).isNotZero();
      assertThat(impossible.err()).contains("counter", "both before and after sluice_in");
      Path last = file(own("before: sluice\n      after: sluice_in\n      ifImpossible: last"));
      Run warned = run(namespace, "apply", "-f", last);
      assertThat(warned.code()).isZero();
      assertThat(warned.err()).contains("it goes last, as it says");
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("sluice_in", "count", "sluice_out");
      run(namespace, "delete", "blocking", "other").succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).isEmpty();
    }
  }

  @Test
  void movesBetweenTheHooks() throws IOException {
    try (NetworkNamespace namespace = namespace();
        KernelDatapath kernel = KernelDatapath.open(namespace)) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      kernel.kernelDevices().setUp(device, true);
      Path policy = file(BLOCKING);
      run(namespace, "apply", "-f", policy).succeeded();
      run(namespace, "apply", "--mode", "tc", "-f", policy).succeeded();
      assertThat(programs(kernel, device, AttachMode.TCX)).isEmpty();
      assertThat(programs(kernel, device, AttachMode.TC))
          .containsExactly("sluice_in", "sluice_out");
      assertThat(run(namespace, "apply", "--mode", "tc", "-f", policy).succeeded().out())
          .contains("nothing to do");

      Path changed = file(BLOCKING.replace("10.9", "10.8"));
      assertThat(run(namespace, "apply", "--mode", "tc", "-f", changed).succeeded().out())
          .contains("exchange the rules at v0/egress");
      run(namespace, "apply", "-f", changed).succeeded();
      assertThat(programs(kernel, device, AttachMode.TC)).isEmpty();
      assertThat(kernel.trafficControl().qdiscs(device)).hasSize(1); // clsact is gone, too
      assertThat(programs(kernel, device, AttachMode.TCX))
          .containsExactly("sluice_in", "sluice_out");

      run(namespace, "apply", "--mode", "tc", "-f", changed).succeeded();
      run(namespace, "delete", "blocking").succeeded();
      assertThat(programs(kernel, device, AttachMode.TC)).isEmpty();
      assertThat(kernel.trafficControl().qdiscs(device)).hasSize(1);
    }
  }

  private static List<String> programs(KernelDatapath kernel, Device device, AttachMode mode) {
    List<String> names = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      AttachPoint at = new AttachPoint.Tcx(device, direction);
      for (ChainEntry entry : kernel.chain(at, mode).query().entries()) {
        try (Program program = kernel.programs().open(entry.programId())) {
          names.add(program.info().name());
        }
      }
    }
    return names;
  }

  private static QdiscEntry root(KernelDatapath kernel, Device device) {
    return kernel.trafficControl().qdiscs(device).stream()
        .filter(QdiscEntry::isRoot)
        .findFirst()
        .orElseThrow();
  }
}
