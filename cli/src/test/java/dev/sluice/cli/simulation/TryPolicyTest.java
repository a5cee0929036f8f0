package dev.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What policies do to traffic in the engine. */
class TryPolicyTest extends TryScenario {
  private static final String HEAD =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: test}
      spec:
      """;

  private JsonNode tried(String spec, String flows) {
    return json(
        tried(
            "-f",
            file("policy.yaml", HEAD + spec.indent(2)),
            "--traffic",
            file("flows.yaml", flows),
            "-o",
            "json"));
  }

  private String refused(String spec) {
    Run run =
        tried(
            "-f",
            file("policy.yaml", HEAD + spec.indent(2)),
            "--traffic",
            file("flows.yaml", FLOWS));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    return run.err();
  }

  private static final String FLOWS =
      """
      duration: 20s
      flows:
        - name: checkout
          packet: udp 192.168.1.100:1 > 10.0.0.9:80 len 1000
          rate: 12mbit
        - name: reviews
          packet: udp 192.168.1.101:1 > 10.0.0.9:80 len 1000
          rate: 12mbit
        - name: stranger
          packet: udp 8.8.8.8:1 > 10.0.0.9:80 len 1000
          rate: 1mbit
        - name: bulk
          packet: udp 192.168.2.1:1 > 10.0.0.9:80 len 1000
          rate: 4mbit
      """;

  private static double mbit(JsonNode result, String flow) {
    return named(result.path("flows"), "name", flow)
            .path("received")
            .path("bitsPerSecond")
            .asDouble()
        / 1e6;
  }

  @Test
  void sharesLimitsAndBlocks() {
    JsonNode result =
        tried(
            """
            addressLists:
              - {name: home, prefixes: 192.168.0.0/16}
            sharing:
              - device: eth0
                rate: 11mbit
                defaultClass: rest
                classes:
                  - {name: checkout, rate: 8mbit, match: {from: {prefixes: 192.168.1.100}}}
                  - {name: reviews, rate: 2mbit, match: {from: {prefixes: 192.168.1.101}}}
                  - {name: rest, rate: 1mbit}
            limits:
              - {name: bulk, device: eth0, way: upload, match: {from: {prefixes: 192.168.2.0/24}}, rate: 1mbit}
            blocks:
              - {name: strangers, device: eth*, way: upload, match: {from: {outside: home}}}
            """,
            FLOWS);

    // Guaranteed and no more, for all have more to send than they are guaranteed; bulk as limited.
    assertThat(mbit(result, "checkout")).isBetween(8 * 0.97, 8 * 1.03);
    assertThat(mbit(result, "reviews")).isBetween(2 * 0.97, 2 * 1.03);
    assertThat(mbit(result, "bulk")).isBetween(0.97, 1.03);
    assertThat(mbit(result, "stranger")).isZero();
    JsonNode rules = result.path("rules");
    JsonNode stranger = named(result.path("flows"), "name", "stranger");
    assertThat(named(rules, "name", "strangers").path("counted").path("packets").asLong())
        .isEqualTo(stranger.path("offered").path("packets").asLong())
        .isPositive();
    assertThat(named(result.path("devices").path(0).path("classes"), "id", "51ce:3 checkout"))
        .isNotNull();
  }

  @Test
  void workloadsTalkAsRulesSay() {
    String flows =
        """
        duration: 2s
        flows:
          - {name: allowed, device: vethA, direction: in, rate: 1mbit, packet: "udp 10.0.0.1:9 > 10.0.0.2:53 len 200"}
          - {name: wrong port, device: vethA, direction: in, rate: 1mbit, packet: "udp 10.0.0.1:9 > 10.0.0.2:54 len 200"}
          - {name: wrong peer, device: vethA, direction: in, rate: 1mbit, packet: "udp 10.0.0.1:9 > 10.0.0.3:53 len 200"}
          - {name: forged, device: vethA, direction: in, rate: 1mbit, packet: "udp 10.0.0.3:9 > 10.0.0.2:53 len 200"}
          - {name: answer, device: vethB, direction: in, start: 1s, rate: 1mbit, packet: "udp 10.0.0.2:53 > 10.0.0.1:9 len 200"}
          - {name: unasked, device: vethB, direction: in, start: 1s, rate: 1mbit, packet: "udp 10.0.0.2:53 > 10.0.0.1:10 len 200"}
        """;
    JsonNode result =
        tried(
            """
            workloads:
              - {name: a, labels: {app: a}, device: vethA, addresses: 10.0.0.1}
              - {name: b, labels: {app: b}, device: vethB, addresses: 10.0.0.2}
              - {name: c, labels: {app: c}, device: vethC, addresses: 10.0.0.3}
            access:
              - name: a to dns of b
                workloadSelector: {matchLabels: {app: a}}
                policyTypes: [Ingress, Egress]
                egress:
                  - to: {workloadSelector: {matchLabels: {app: b}}}
                    ports: {protocol: UDP, port: 53}
            """,
            flows);

    assertThat(dropped(result, "allowed")).isZero();
    assertThat(dropped(result, "answer")).isZero();
    for (String flow : new String[] {"wrong port", "wrong peer", "forged", "unasked"}) {
      long offered =
          named(result.path("flows"), "name", flow).path("offered").path("packets").asLong();
      assertThat(offered).isPositive();
      // What comes from elsewhere for a is dropped at a's own device, which it does not reach here.
      assertThat(dropped(result, flow)).as(flow).isEqualTo(offered);
    }
    assertThat(
            named(result.path("rules"), "name", "a to dns of b")
                .path("counted")
                .path("packets")
                .asLong())
        .isEqualTo(1);
  }

  private static long dropped(JsonNode result, String flow) {
    return named(result.path("flows"), "name", flow).path("dropped").asLong();
  }

  @Test
  void saysWhereAPolicyIsWrong() {
    assertThat(refused("sharing:\n  - {device: eth0, rate: fast, classes: []}\n"))
        .contains("policy.yaml:6:")
        .contains("spec.sharing[0].rate: expected a rate such as 10mbit, found \"fast\"");
    assertThat(refused("sharing:\n  - {device: eth0, rate: 1mbit, defaultClass: lost}\n"))
        .contains("policy.yaml:6:")
        .contains("spec.sharing[0].defaultClass");
    assertThat(refused("shaping:\n  - {device: eth0}\n"))
        .contains("spec.shaping[0]: expected upload or download");
    assertThat(refused("limits:\n  - {name: x, device: eth0, rate: 1mbit, burst: 32kbit}\n"))
        .contains("burst");
    assertThat(refused("blocks:\n  - {nmae: x, device: eth0}\n")).contains("name");
    assertThat(refused("blocks:\n  - {name: x}\n"))
        .contains("spec.blocks[0]: expected one of device and workload");
  }

  @Test
  void shapesWhatLeaves() {
    JsonNode result =
        tried(
            """
            shaping:
              - {device: eth0, upload: {rate: 5mbit}}
            """,
            FLOWS);
    double all = 0;
    for (JsonNode flow : result.path("flows")) {
      all += flow.path("received").path("bitsPerSecond").asDouble() / 1e6;
    }
    assertThat(all).isBetween(5 * 0.97, 5 * 1.03);
  }

  @Test
  void shapesAndSharesOutWhatArrives() {
    String arriving =
        """
        duration: 20s
        flows:
          - name: video
            packet: udp 10.0.0.9:80 > 192.168.1.100:1 len 1000
            rate: 12mbit
            direction: in
          - name: rest
            packet: udp 10.0.0.9:81 > 192.168.1.100:1 len 1000
            rate: 12mbit
            direction: in
        """;
    JsonNode held = tried("shaping:\n  - {device: eth0, download: {rate: 5mbit}}\n", arriving);
    assertThat(mbit(held, "video") + mbit(held, "rest")).isBetween(5 * 0.97, 5 * 1.03);
    JsonNode shared =
        tried(
            """
            sharing:
              - device: eth0
                way: download
                rate: 10mbit
                defaultClass: rest
                classes:
                  - {name: video, rate: 8mbit, match: {sourcePorts: 80, protocol: udp}}
                  - {name: rest, rate: 2mbit}
            """,
            arriving);
    assertThat(mbit(shared, "video")).isBetween(8 * 0.97, 8 * 1.03);
    assertThat(mbit(shared, "rest")).isBetween(2 * 0.97, 2 * 1.03);
  }

  @Test
  void theShippedPolicyRuns() {
    Path policy = EXAMPLES.resolve("shop/policy.yaml");
    JsonNode result =
        json(tried("-f", policy, "--pcap", EXAMPLES.resolve("shop/shop.pcapng.gz"), "-o", "json"));
    assertThat(dropped(result, "192.168.1.100")).isZero();
    assertThat(mbit(result, "192.168.1.102")).isBetween(0.97, 1.03);
    assertThat(mbit(result, "192.168.1.103")).isZero();
  }
}
