package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.policy.document.PolicyReader;
import dev.sluice.policy.program.PolicyProgram;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether rules are known again by their fingerprint, in another process. */
class FingerprintTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: many}
      spec:
        workloads:
          - {name: web, device: d0, addresses: [10.0.0.1, "fd00::1"], labels: {app: web, tier: a}}
          - {name: db, device: d1, addresses: [10.0.0.2, "fd00::2"], labels: {app: db, tier: b}}
          - {name: mail, device: d2, addresses: 10.0.0.3, labels: {app: mail, tier: b}}
        addressLists:
          - {name: a, prefixes: [1.0.0.0/8, 2.0.0.0/8, 3.0.0.0/8, "2001::/16"]}
          - {name: b, prefixes: [1.2.0.0/16, 2.2.0.0/16, 5.0.0.0/8, "2001:1::/32"]}
          - {name: c, prefixes: [2.2.2.0/24, 9.0.0.0/8]}
          - {name: d, prefixes: [77.0.0.0/8]}
        blocks:
          - {name: one, device: d0, match: [{from: {lists: [a, b], except: 1.1.1.1}}, {to: {lists: d}}]}
          - {name: two, device: "d*", match: {from: {outside: [c, b, d]}, protocol: tcp, ports: [80, 443]}}
        limits:
          - {name: slow, device: d1, rate: 1mbit, each: sender, match: {from: {lists: [c, d, a]}}}
        sharing:
          - device: d2
            rate: 10mbit
            classes:
              - {name: x, rate: 5mbit, match: [{dscp: 46}, {protocol: udp, ports: 53}]}
              - {name: y, rate: 4mbit, match: {from: {workloads: {labels: {tier: b}}}}}
        access:
          - name: db
            workloadSelector: {matchLabels: {tier: b}}
            ingress:
              - from: [{workloadSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 9.0.0.0/8}}]
                ports: {protocol: tcp, port: 5432}
      """;

  static String fingerprint() {
    Network network = new Network(1);
    Host host = network.addHost("host");
    for (String name : List.of("d0", "d1", "d2")) {
      network.connect(host, name, network.addHost("behind " + name), "eth0", WireSpec.VETH);
    }
    try (EngineDatapath datapath = EngineDatapath.open(host)) {
      Desired desired =
          Desired.of(
              datapath, Surroundings.SAID, PolicySource.given(PolicyReader.parse("test", POLICY)));
      return desired.rules().fingerprint();
    }
  }

  public static void main(String[] args) {
    System.out.println(fingerprint());
  }

  @Test
  void isTheSameInEveryProcess() throws IOException {
    Set<String> seen = new HashSet<>();
    seen.add(fingerprint());
    for (int i = 0; i < 4; i++) {
      try (ChildJvm child = new ChildJvm(FingerprintTest.class)) {
        seen.add(child.line());
      }
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void knowsEveryClassOfTheProgram() throws IOException, URISyntaxException {
    Path folder =
        Path.of(PolicyProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve(PolicyProgram.class.getPackageName().replace('.', '/'));
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.map(file -> file.getFileName().toString().replace(".class", "")).forEach(names::add);
    }
    names.removeIf(name -> name.contains("$") || name.equals("package-info"));
    names.remove("SteerProgram"); // a program of its own, without rules
    assertThat(PolicyProgram.parts().stream().map(Class::getSimpleName).toList())
        .containsAll(names);
  }
}
