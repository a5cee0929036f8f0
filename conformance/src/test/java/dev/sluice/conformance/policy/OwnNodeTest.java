package dev.sluice.conformance.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host talks to its workloads whatever rules say, and only the host does. */
@Tag("datapath.kernel")
class OwnNodeTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: closed}
      spec:
        workloads:
          - {name: db, device: veth-db, addresses: [10.0.0.10, "fd00::10"]}
          - {name: guest, device: veth-guest, addresses: [10.0.0.0/24, "fd00::/64"]}
        access:
          - {name: nothing, workloadSelector: {}, policyTypes: [Ingress, Egress]}
      """;

  /** Who is not the host, and says so or not. */
  private static final List<Probe> OTHERS =
      List.of(
          new Probe("outside", "udp 203.0.113.9:4000 > 10.0.0.10:53"),
          // Of IPv6, the kernel passes on what bears its own address.
          new Probe("outside", "udp [2001:db8:ffff::2]:4000 > [fd00::10]:53"),
          new Probe("guest", "udp [2001:db8:ffff::2]:4001 > [fd00::10]:53"),
          new Probe("guest", "udp 10.0.0.11:4000 > 10.0.0.10:53"));

  @TempDir Path folder;

  @Test
  void talksToItsWorkloads() throws IOException {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    try (KernelStage stage = new KernelStage(List.of("db", "guest"));
        Command command = new Command(stage.namespace(), folder)) {
      assertThat(OTHERS).allMatch(stage::delivers);
      command.sluice("apply", "-f", policy.toString());
      assertThat(OTHERS).noneMatch(stage::delivers);
      assertThat(stage.connects(KernelStage.HOST, "10.0.0.10", 22)).isTrue();
      assertThat(stage.connects(KernelStage.HOST_6, "fd00::10", 22)).isTrue();
      assertThat(stage.answersEcho(KernelStage.HOST, "10.0.0.10")).isTrue();
      assertThat(stage.connects("203.0.113.9", "10.0.0.10", 22)).isFalse();
      command.sluice("delete", "closed");
    }
  }
}
