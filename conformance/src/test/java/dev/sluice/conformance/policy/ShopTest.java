package dev.sluice.conformance.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.plan.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shop: one policy, put in place on the engine and on the kernel, treats the same packets and
 * flows alike, and as it says.
 */
class ShopTest {
  private static final List<String> WORKLOADS = List.of("checkout", "reviews", "db");
  private static final double SECONDS = 3;

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: shop}
      spec:
        workloads:
          - {name: checkout, labels: {app: checkout}, device: veth-checkout, addresses: [10.0.0.10, "fd00::10"]}
          - {name: reviews, labels: {app: reviews}, device: veth-reviews, addresses: [10.0.0.11, "fd00::11"]}
          - {name: db, labels: {app: db}, device: veth-db, addresses: [10.0.0.12, "fd00::12"]}
        addressLists:
          - {name: served, countries: [NZ, AU], databases: delegated-test, prefixes: 192.168.1.0/24}
        sharing:
          - device: eth0
            rate: 10mbit
            classes:
              - {name: checkout, rate: 8mbit, match: {from: {workloads: {name: checkout}}}}
              - {name: reviews, rate: 2mbit, ceil: 10mbit, match: {from: {workloads: {name: reviews}}}}
        blocks:
          - {name: strangers, device: eth0, way: download, match: {from: {outside: served}}}
        limits:
          - {name: held, device: eth0, way: download, match: {from: {prefixes: 192.168.1.100}}, rate: 1mbit}
        access:
          - name: only-checkout-reaches-db
            workloadSelector: {matchLabels: {app: db}}
            policyTypes: Ingress
            ingress:
              from: {workloadSelector: {matchLabels: {app: checkout}}}
              ports: [{port: 5432}, {protocol: UDP, port: 53}, {protocol: ICMP}]
      """;

  private static final String DELEGATED =
      """
      2|apnic|20260101|5|19830613|20260101|+1000
      apnic|*|ipv4|*|4|summary
      apnic|NZ|ipv4|203.0.113.0|256|20200101|allocated
      apnic|AU|ipv4|101.0.0.0|768|20200101|allocated
      apnic|CN|ipv4|198.51.100.0|256|20200101|allocated
      apnic|AU|ipv6|2001:db8:a::|48|20200101|allocated
      apnic|CN|ipv6|2001:db8:c::|48|20200101|allocated
      """;

  /** Each in its turn: + arrives, - does not. Who sends, and what. */
  private static final String PROBES =
      """
      + outside: tcp 203.0.113.9:4000 > 10.0.0.10:443
      + checkout: tcp 10.0.0.10:443 > 203.0.113.9:4000 synack
      + outside: tcp 203.0.113.9:4000 > 10.0.0.10:443 ack
      + outside: udp 203.0.113.9:4000 > 10.0.0.11:443
      + outside: icmp 203.0.113.9:1 > 10.0.0.10:1
      + checkout: icmp 10.0.0.10:1 > 203.0.113.9:1 reply
      + outside: udp 203.0.113.255:4000 > 10.0.0.10:443
      - outside: udp 203.0.114.0:4000 > 10.0.0.10:443
      + outside: udp 101.0.2.255:4000 > 10.0.0.10:443
      - outside: udp 101.0.3.0:4000 > 10.0.0.10:443
      - outside: tcp 198.51.100.7:4000 > 10.0.0.10:443
      - outside: udp 198.51.100.7:4000 > 10.0.0.10:443
      - outside: icmp 198.51.100.7:2 > 10.0.0.10:2
      - outside: tcp 8.8.8.8:4000 > 10.0.0.11:443
      + checkout: udp 10.0.0.10:443 > 198.51.100.7:4000
      + outside: tcp [2001:db8:a::9]:4000 > [fd00::10]:443
      + checkout: tcp [fd00::10]:443 > [2001:db8:a::9]:4000 synack
      + outside: udp [2001:db8:a::9]:4000 > [fd00::11]:443
      + outside: icmp [2001:db8:a::9]:3 > [fd00::10]:3
      - outside: tcp [2001:db8:c::9]:4000 > [fd00::10]:443
      - outside: udp [2001:db8:c::9]:4000 > [fd00::10]:443
      - outside: icmp [2001:db8:c::9]:4 > [fd00::10]:4
      - outside: udp [2001:db8:b:ffff::1]:4000 > [fd00::10]:443
      + outside: udp 192.168.1.100:4000 > 10.0.0.10:443
      + outside: udp 192.168.1.101:4000 > 10.0.0.10:443
      + checkout: tcp 10.0.0.10:4000 > 10.0.0.12:5432
      + db: tcp 10.0.0.12:5432 > 10.0.0.10:4000 synack
      + checkout: tcp 10.0.0.10:4000 > 10.0.0.12:5432 ack
      - checkout: tcp 10.0.0.10:4000 > 10.0.0.12:5433
      + checkout: udp 10.0.0.10:4000 > 10.0.0.12:53
      + db: udp 10.0.0.12:53 > 10.0.0.10:4000
      - checkout: udp 10.0.0.10:4000 > 10.0.0.12:54
      + checkout: icmp 10.0.0.10:5 > 10.0.0.12:5
      + db: icmp 10.0.0.12:5 > 10.0.0.10:5 reply
      + checkout: tcp [fd00::10]:4000 > [fd00::12]:5432
      + db: tcp [fd00::12]:5432 > [fd00::10]:4000 synack
      + checkout: icmp [fd00::10]:6 > [fd00::12]:6
      + db: icmp [fd00::12]:6 > [fd00::10]:6 reply
      - reviews: tcp 10.0.0.11:4000 > 10.0.0.12:5432
      - reviews: udp 10.0.0.11:4000 > 10.0.0.12:53
      - reviews: icmp 10.0.0.11:7 > 10.0.0.12:7
      - reviews: icmp 10.0.0.11:8 > 10.0.0.12:8 reply
      - reviews: tcp 10.0.0.11:4000 > 10.0.0.12:5432 ack
      - reviews: tcp [fd00::11]:4000 > [fd00::12]:5432
      - reviews: udp [fd00::11]:4000 > [fd00::12]:53
      - reviews: icmp [fd00::11]:9 > [fd00::12]:9
      - reviews: udp 10.0.0.10:4001 > 10.0.0.12:53
      - reviews: udp [fd00::10]:4001 > [fd00::12]:53
      - reviews: udp 10.0.0.12:4001 > 10.0.0.12:53
      + db: tcp 10.0.0.12:6000 > 10.0.0.11:80
      + reviews: tcp 10.0.0.11:80 > 10.0.0.12:6000 synack
      - reviews: tcp 10.0.0.11:81 > 10.0.0.12:6000 synack
      + db: tcp 10.0.0.12:6000 > 10.0.0.11:80 fin
      + checkout: udp 10.0.0.10:7 > 10.0.0.11:7
      - outside: tcp 203.0.113.9:4000 > 10.0.0.12:5432
      - outside: tcp 192.168.1.101:5432 > 10.0.0.12:4000 synack
      - outside: icmp [2001:db8:a::9]:10 > [fd00::12]:10
      - outside: udp 10.0.0.10:4000 > 10.0.0.12:53
      """;

  @TempDir Path folder;
  private Path policy;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("delegated-test"), DELEGATED);
    policy = Files.writeString(folder.resolve("shop.yaml"), POLICY);
  }

  private Map<String, Boolean> verdicts(Stage stage) {
    Map<String, Boolean> verdicts = new LinkedHashMap<>();
    for (String line : PROBES.lines().toList()) {
      String[] parts = line.substring(2).split(": ", 2);
      verdicts.put(line.substring(2), stage.delivers(new Probe(parts[0], parts[1])));
    }
    return verdicts;
  }

  private static Map<String, Boolean> expected() {
    Map<String, Boolean> expected = new LinkedHashMap<>();
    PROBES.lines().forEach(line -> expected.put(line.substring(2), line.startsWith("+")));
    return expected;
  }

  private static final Probe CHECKOUT =
      new Probe("checkout", "udp 10.0.0.10:5000 > 203.0.113.9:5001");
  private static final Probe CHECKOUT_BESIDE =
      new Probe("checkout", "udp [fd00::10]:5002 > [2001:db8:a::9]:5003");
  private static final Probe REVIEWS_6 =
      new Probe("reviews", "udp [fd00::11]:5000 > [2001:db8:a::9]:5004");
  private static final Probe REVIEWS_TCP =
      new Probe("reviews", "tcp 10.0.0.11:5002 > 203.0.113.9:5005");
  private static final Probe REVIEWS_BESIDE =
      new Probe("reviews", "tcp 10.0.0.11:5008 > 203.0.113.9:5009");
  private static final Probe HELD = new Probe("outside", "udp 192.168.1.100:5000 > 10.0.0.10:5006");
  private static final Probe FREE = new Probe("outside", "udp 192.168.1.101:5000 > 10.0.0.11:5007");

  /** What runs together, and what each of them gets. */
  private static List<Map<TestFlow, Double>> loads() {
    return List.of(
        Map.of(
            new TestFlow("checkout", CHECKOUT, 12),
            8.0,
            new TestFlow("reviews", REVIEWS_6, 12),
            2.0),
        Map.of(new TestFlow("reviews alone, TCP", REVIEWS_TCP, 0), 10.0),
        Map.of(
            new TestFlow("checkout beside TCP", CHECKOUT_BESIDE, 12),
            8.0,
            new TestFlow("reviews, TCP beside checkout", REVIEWS_BESIDE, 0),
            2.0),
        Map.of(new TestFlow("held", HELD, 3), 1.0, new TestFlow("free", FREE, 3), 3.0));
  }

  /** What each flow gets, and is to get within so many parts of it. */
  private static Map<String, Double> shares(
      Stage stage, ToDoubleFunction<TestFlow> wanted, double tolerance, int tries) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Map<TestFlow, Double> load : loads()) {
      List<String> wrong = List.of();
      for (int i = 0; i < tries; i++) {
        Map<String, Double> rates = stage.measure(List.copyOf(load.keySet()), SECONDS);
        wrong = new ArrayList<>();
        for (TestFlow flow : load.keySet()) {
          double rate = rates.get(flow.name());
          double wish = wanted.applyAsDouble(flow);
          if (Math.abs(rate - wish) > wish * tolerance) {
            wrong.add("%s: %.3f instead of %.3f Mbit/s".formatted(flow.name(), rate, wish));
          }
        }
        if (wrong.isEmpty()) {
          shares.putAll(rates);
          break;
        }
      }
      assertThat(wrong).isEmpty();
    }
    return shares;
  }

  private static double said(TestFlow flow) {
    return loads().stream()
        .filter(load -> load.containsKey(flow))
        .mapToDouble(load -> load.get(flow))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void inTheEngine() {
    try (Stage stage = new EngineStage(WORKLOADS);
        Installation _ = Stage.putInPlace(stage, policy)) {
      assertThat(verdicts(stage)).isEqualTo(expected());
      shares(stage, ShopTest::said, 0.01, 1);
    }
  }

  @Test
  @Tag("datapath.kernel")
  void onTheKernelAsInTheEngine() {
    Map<String, Boolean> verdicts;
    Map<String, Double> shares;
    try (Stage stage = new EngineStage(WORKLOADS);
        Installation _ = Stage.putInPlace(stage, policy)) {
      verdicts = verdicts(stage);
      shares = shares(stage, ShopTest::said, 0.01, 1);
    }
    try (KernelStage stage = new KernelStage(WORKLOADS);
        Installation _ = Stage.putInPlace(stage, policy)) {
      assertThat(verdicts(stage)).isEqualTo(verdicts);
      // Again where a machine that stood still for a moment let tokens go to waste.
      shares(stage, flow -> shares.get(flow.name()), 0.03, 3);
      connections(stage);
    }
  }

  /** Two kernels that talk, or try to. */
  private static void connections(KernelStage stage) {
    assertThat(stage.connects("10.0.0.10", "10.0.0.12", 5432)).isTrue();
    assertThat(stage.connects("10.0.0.10", "10.0.0.12", 5433)).isFalse();
    assertThat(stage.connects("10.0.0.11", "10.0.0.12", 5432)).isFalse();
    assertThat(stage.connects("fd00::10", "fd00::12", 5432)).isTrue();
    assertThat(stage.connects("fd00::11", "fd00::12", 5432)).isFalse();
    assertThat(stage.connects("203.0.113.9", "10.0.0.10", 443)).isTrue();
    assertThat(stage.connects("198.51.100.7", "10.0.0.10", 443)).isFalse();
    assertThat(stage.answersEcho("10.0.0.10", "10.0.0.12")).isTrue();
    assertThat(stage.answersEcho("10.0.0.11", "10.0.0.12")).isFalse();
    assertThat(stage.answersEcho("fd00::10", "fd00::12")).isTrue();
    assertThat(stage.answersEcho("fd00::11", "fd00::12")).isFalse();
  }

  @Test
  @Tag("datapath.kernel")
  void withoutThePolicyEverythingArrives() {
    try (KernelStage stage = new KernelStage(WORKLOADS)) {
      assertThat(verdicts(stage)).doesNotContainValue(false);
    }
  }
}
