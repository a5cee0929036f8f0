package dev.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The numbers that {@code sluice try} tells, and what it says of them. */
class TryOutcomeTest extends TryScenario {
  @Test
  void classesShareByTheirRates() {
    JsonNode result =
        json(
            tried(
                "--tc",
                file("t.tc", TREE),
                "--traffic",
                file("t.yaml", TWO_FLOWS.replace("2s", "20s")),
                "-o",
                "json"));

    // What both have borrows 3 : 1, as their quanta; at the end both queues of 1000 packets empty.
    JsonNode device = result.path("devices").path(0);
    assertThat(named(device.path("classes"), "id", "1:10").path("sharePercent").asDouble())
        .isBetween(72.0, 75.0);
    JsonNode root = named(device.path("classes"), "id", "1:1");
    assertThat(root.path("sent").path("bitsPerSecond").asDouble()).isBetween(9.8e6, 10.1e6);
    JsonNode filter = result.path("filters").path(0).path("matched");
    long matched = filter.path("packets").asLong();
    assertThat(filter.path("bytes").asLong())
        .isEqualTo(
            named(result.path("flows"), "name", "good").path("offered").path("bytes").asLong());
    assertThat(matched)
        .isEqualTo(
            named(result.path("flows"), "name", "good").path("offered").path("packets").asLong());
    for (JsonNode flow : result.path("flows")) {
      assertThat(flow.path("offered").path("packets").asLong())
          .as("%s", flow)
          .isEqualTo(
              flow.path("received").path("packets").asLong() + flow.path("dropped").asLong());
    }
  }

  @Test
  void theRateOfAQueueThatEmptiesLateIsNotAboveItsCeiling() {
    Path tree =
        file(
            "slow.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 10
            class add dev eth0 parent 1: classid 1:10 htb rate 1mbit
            """);
    JsonNode result =
        json(tried("--tc", tree, "--traffic", file("t.yaml", TWO_FLOWS), "-o", "json"));
    assertThat(
            result
                .path("devices")
                .path(0)
                .path("classes")
                .path(0)
                .path("sent")
                .path("bitsPerSecond")
                .asDouble())
        .isBetween(0.98e6, 1.02e6);
  }

  @Test
  void aProgramWithAMapDropsAndIsCounted() {
    JsonNode result =
        json(
            tried(
                "--tcx",
                EXAMPLES.resolve("DropByAddress.java"),
                "--set",
                "blocked:10.0.0.2/32=1",
                "--traffic",
                file("t.yaml", TWO_FLOWS),
                "-o",
                "json"));
    JsonNode other = named(result.path("flows"), "name", "other");
    assertThat(other.path("received").path("packets").asLong()).isZero();
    JsonNode program = result.path("programs").path(0);
    assertThat(program.path("drop").asLong()).isEqualTo(other.path("dropped").asLong());
    JsonNode drop = result.path("drops").path(0);
    assertThat(drop.path("cause").asString()).isEqualTo("program");
    assertThat(drop.path("by").asString()).isEqualTo("drop_by_address");
  }

  @Test
  void ratesOfClassesAddUpAlthoughOneQueueEmptiesLate() {
    JsonNode device =
        json(tried(
                "--tc", file("t.tc", TREE), "--traffic", file("t.yaml", TWO_FLOWS), "-o", "json"))
            .path("devices")
            .path(0);
    long leaves =
        named(device.path("classes"), "id", "1:10").path("sent").path("bitsPerSecond").asLong()
            + named(device.path("classes"), "id", "1:20")
                .path("sent")
                .path("bitsPerSecond")
                .asLong();
    long root =
        named(device.path("classes"), "id", "1:1").path("sent").path("bitsPerSecond").asLong();
    long all = device.path("sent").path("bitsPerSecond").asLong();
    assertThat(leaves).isBetween(all - 2, all + 2);
    assertThat(root).isEqualTo(all);
  }

  @Test
  void whatComesInIsOfferedAndAnIngressFilterIsListedOnce() {
    Path tree =
        file(
            "in.tc",
            """
            qdisc add dev eth0 handle ffff: ingress
            filter add dev eth0 parent ffff: protocol ip u32 match u32 0 0 action mirred egress redirect dev ifb0
            qdisc add dev ifb0 root tbf rate 500kbit burst 10kb latency 100ms
            """);
    JsonNode result =
        json(
            tried(
                "--tc",
                tree,
                "--traffic",
                file("t.yaml", TWO_FLOWS.replace("rate: 20mbit", "rate: 1mbit\n    direction: in")),
                "-o",
                "json"));
    for (JsonNode flow : result.path("flows")) {
      assertThat(flow.path("offered").path("packets").asLong())
          .isPositive()
          .isEqualTo(
              flow.path("received").path("packets").asLong() + flow.path("dropped").asLong());
    }
    assertThat(result.path("filters").size()).isEqualTo(1);
    assertThat(result.path("filters").path(0).path("flow").asString())
        .isEqualTo("egress redirect to ifb0");
    assertThat(result.path("drops").path(0).path("by").asString()).startsWith("bfifo of 8001:");
  }

  @Test
  void aDropAtAHookNamesItsFilter() {
    Path tree =
        file(
            "drop.tc",
            """
            qdisc add dev eth0 clsact
            filter add dev eth0 egress protocol ip prio 7 u32 match ip src 10.0.0.2 action drop
            """);
    JsonNode result =
        json(tried("--tc", tree, "--traffic", file("t.yaml", TWO_FLOWS), "-o", "json"));
    assertThat(result.path("drops").path(0).path("by").asString()).isEqualTo("u32 pref 7 800::800");
    assertThat(result.path("filters").path(0).path("flow").asString()).isEqualTo("drop");
  }

  @Test
  void acknowledgementsAreNotCountedAsArrivedData() {
    Path traffic =
        file(
            "t.yaml",
            """
            duration: 5s
            wire: { rate: 10mbit, delay: 10ms }
            flows:
              - name: copy
                transfer: 10.0.0.1:1 > 10.0.0.2:2
                bytes: 1mb
            """);
    JsonNode flows = json(tried("--traffic", traffic, "-o", "json")).path("flows");
    JsonNode copy = named(flows, "name", "copy");
    assertThat(copy.path("received").path("packets").asLong())
        .isEqualTo(copy.path("offered").path("packets").asLong())
        .isPositive();
    assertThat(named(flows, "name", "copy, acks").path("received").path("packets").asLong())
        .isPositive();
  }

  @Test
  void aSinglePacketHasNoRate() throws IOException {
    Path packet = folder.resolve("one.pcapng");
    Path traffic = file("t.yaml", TWO_FLOWS.replace("rate: 20mbit", "pps: 1\n    count: 1"));
    tried("--traffic", traffic, "--write", packet).succeeded();
    JsonNode result = json(tried("--pcap", packet, "-o", "json"));
    assertThat(result.path("devices").path(0).path("sent").path("bitsPerSecond").asLong()).isZero();
    assertThat(result.path("devices").path(0).path("sent").path("packets").asLong()).isEqualTo(2);
  }

  @Test
  void whateverNumberAProgramReturnsIsCounted() {
    Path program = file("five.bpfasm", ".program five tcx\n  r0 = 5\n  exit\n");
    JsonNode result =
        json(tried("--tcx", program, "--traffic", file("t.yaml", TWO_FLOWS), "-o", "json"));
    JsonNode five = result.path("programs").path(0);
    assertThat(five.path("next").asLong())
        .isEqualTo(five.path("seen").path("packets").asLong())
        .isPositive();
  }

  private JsonNode onlyProgram(Path file) {
    Path traffic = file("t.yaml", TWO_FLOWS);
    return json(tried("--tcx", file, "--traffic", traffic, "-o", "json")).path("programs").path(0);
  }

  @Test
  void objectFilesAreTried() {
    Path object = Path.of("../bpf/src/test/resources/dev/sluice/bpf/elf/maps.o");
    JsonNode use = onlyProgram(object);

    assertThat(use.path("name").asString()).isEqualTo("use");
    assertThat(use.path("seen").path("packets").asLong()).isPositive();
  }

  @Test
  void programsSayWhichPacketsTheyAreFor() {
    Path ingress = file("in.bpfasm", ".program in tcx ingress\n  r0 = -1\n  exit\n");
    Path egress = file("out.bpfasm", ".program out tcx egress\n  r0 = -1\n  exit\n");

    assertThat(onlyProgram(ingress).path("seen").path("packets").asLong()).isZero();
    assertThat(onlyProgram(egress).path("seen").path("packets").asLong()).isPositive();
  }

  @Test
  void whatStandsOutIsSaid() {
    Path tree =
        file(
            "s.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 30
            class add dev eth0 parent 1: classid 1:10 htb rate 4mbit prio 0
            class add dev eth0 parent 1: classid 1:30 htb rate 4mbit prio 7
            class add dev eth0 parent 1: classid 1:40 htb rate 1mbit
            filter add dev eth0 protocol ip parent 1: prio 1 u32 match ip src 10.0.0.1 flowid 1:10
            filter add dev eth0 protocol ip parent 1: prio 1 u32 match ip src 10.0.0.7 flowid 1:40
            """);
    Path traffic =
        file("t.yaml", TWO_FLOWS.replace("duration: 2s", "duration: 5s\nwire: { rate: 5mbit }"));
    Run run = tried("--tc", tree, "--traffic", traffic).succeeded();
    assertThat(run.out())
        .contains(
            "packets offered",
            "class 1:30 of eth0 was starved",
            "its queue is long for its rate",
            "no packets came to class 1:40 of eth0",
            "nothing matched filter pref 1 u32 800::801 at eth0 1:");
  }

  @Test
  void packetsBesideAllClassesAndThoseLongerThanABurstStandOut() {
    Path none =
        file(
            "n.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 77
            class add dev eth0 parent 1: classid 1:10 htb rate 1mbit
            """);
    Path traffic = file("t.yaml", TWO_FLOWS.replace("len 1000", "len 8000"));
    assertThat(tried("--tc", none, "--traffic", traffic).out())
        .contains("went unshaped: no filter chose one");
    Path small = file("b.tc", "qdisc add dev eth0 root tbf rate 10mbit burst 5kb latency 50ms\n");
    assertThat(tried("--tc", small, "--traffic", traffic).out()).contains("longer than its burst");
  }

  @Test
  void whatIsStillQueuedAtTheEndIsSaid() {
    Path slow = file("q.tc", "qdisc add dev eth0 root tbf rate 8kbit burst 5kb limit 1mb\n");
    Run run = tried("--tc", slow, "--traffic", file("t.yaml", TWO_FLOWS), "-o", "json");
    JsonNode device = json(run).path("devices").path(0);
    long offered = 0;
    for (JsonNode flow : json(run).path("flows")) {
      offered += flow.path("offered").path("packets").asLong();
    }
    assertThat(device.path("queued").asLong())
        .isPositive()
        .isEqualTo(
            offered
                - device.path("sent").path("packets").asLong()
                - device.path("dropped").asLong());
    assertThat(json(run).path("observations").toString()).contains("still queued at eth0");
  }

  @Test
  void anHtbWithoutClassesIsSaidToShapeNothing() {
    Path none = file("n.tc", "\ufeffqdisc add dev eth0 root handle 1: htb default 1\n");
    Run run = tried("--tc", none, "--traffic", file("t.yaml", TWO_FLOWS)).succeeded();
    assertThat(run.out()).contains("unclassified", "went unshaped");
  }

  @Test
  void taggedPacketsAreSentAndTheirSendersKnown() {
    Path tree =
        file(
            "vlan.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 20
            class add dev eth0 parent 1: classid 1:10 htb rate 10mbit
            class add dev eth0 parent 1: classid 1:20 htb rate 10mbit
            filter add dev eth0 parent 1: protocol 802.1q prio 1 u32 match u32 0 0 flowid 1:10
            """);
    String flows =
        TWO_FLOWS.replace("10.0.0.9:9 len 1000", "10.0.0.9:9 len 1000 vlan 7").replace("20m", "1m");
    Path packets = folder.resolve("v.pcapng");
    Path traffic = file("t.yaml", flows);
    JsonNode first =
        json(tried("--tc", tree, "--traffic", traffic, "--write", packets, "-o", "json"));
    JsonNode classes = first.path("devices").path(0).path("classes");
    assertThat(named(classes, "id", "1:10").path("sharePercent").asDouble()).isEqualTo(100);
    JsonNode again = json(tried("--pcap", packets, "-o", "json")).path("flows");
    assertThat(named(again, "name", "10.0.0.2").path("offered").path("packets").asLong())
        .isEqualTo(
            named(first.path("flows"), "name", "other").path("offered").path("packets").asLong());
  }

  @Test
  void aShortQueueThatABurstOverflowsIsNotStarved() {
    Path tree =
        file(
            "b.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 10
            class add dev eth0 parent 1: classid 1:10 htb rate 4mbit
            qdisc add dev eth0 parent 1:10 pfifo limit 3
            """);
    String bursts = "rate: 20mbit\n    pattern: on-off\n    on: 10ms\n    off: 990ms";
    Run run =
        tried("--tc", tree, "--traffic", file("t.yaml", TWO_FLOWS.replace("rate: 20mbit", bursts)));
    assertThat(run.out()).contains("dropped").doesNotContain("starved");
  }

  @Test
  void ofVeryManyObservationsTheFirstAreSaid() {
    StringBuilder tree = new StringBuilder("qdisc add dev eth0 root handle 1: htb default 1\n");
    StringBuilder flows = new StringBuilder("duration: 1s\nflows:\n");
    for (int i = 1; i <= 60; i++) {
      tree.append(
          "class add dev eth0 parent 1: classid 1:%x htb rate 8kbit quantum 1500\n".formatted(i));
      tree.append("qdisc add dev eth0 parent 1:%x pfifo limit 1\n".formatted(i));
      flows.append("  - packet: udp 10.0.0.1:1 > 10.0.0.9:9 len 958\n    pps: 20\n");
      flows.append("    priority: 1:%x\n".formatted(i));
    }
    JsonNode result =
        json(
            Run.of(
                "try",
                "--tc",
                file("m.tc", tree.toString()).toString(),
                "--traffic",
                file("m.yaml", flows.toString()).toString(),
                "-o",
                "json"));
    assertThat(result.path("observations").size()).isEqualTo(30);
    assertThat(result.path("observations").path(29).asString()).matches("and \\d+ more of these");
  }
}
