package dev.sluice.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice try} from its words to its files, in the engine: no root is needed. */
class TryCommandTest {
  private static final Path EXAMPLES = examples();
  private static final Path SHOP = EXAMPLES.resolve("shop");
  private static final String TREE =
      """
      qdisc add dev eth0 root handle 1: htb default 20
      class add dev eth0 parent 1: classid 1:1 htb rate 10mbit
      class add dev eth0 parent 1:1 classid 1:10 htb rate 6mbit ceil 10mbit
      class add dev eth0 parent 1:1 classid 1:20 htb rate 2mbit ceil 10mbit
      filter add dev eth0 protocol ip parent 1:0 prio 1 u32 match ip src 10.0.0.1/32 flowid 1:10
      """;
  private static final String TWO_FLOWS =
      """
      duration: 2s
      flows:
        - name: good
          packet: udp 10.0.0.1:1000 > 10.0.0.9:9 len 1000
          rate: 20mbit
        - name: other
          packet: udp 10.0.0.2:1000 > 10.0.0.9:9 len 1000
          rate: 20mbit
      """;

  @TempDir Path folder;

  private static Path examples() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(here.resolve("examples"))) {
      here = java.util.Objects.requireNonNull(here.getParent(), "no examples above the test");
    }
    return here.resolve("examples");
  }

  private Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Run tried(Object... words) {
    return Run.of(
        Stream.concat(Stream.of("try"), Stream.of(words).map(Object::toString))
            .toArray(String[]::new));
  }

  private static JsonNode json(Run run) {
    return JsonMapper.builder().build().readTree(run.succeeded().out());
  }

  private static JsonNode named(JsonNode list, String key, String name) {
    for (JsonNode entry : list) {
      if (entry.path(key).asString().equals(name)) {
        return entry;
      }
    }
    throw new AssertionError("no " + name + " in " + list);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

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
    long matched = result.path("filters").path(0).path("matches").asLong();
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

  /** Also of flows that come in, and of transfers, whose acknowledgements carry nothing. */
  @Test
  void whatIsOfferedArrivesOrIsDropped() {
    Path traffic =
        file(
            "both.yaml",
            """
            duration: 2s
            wire: { rate: 5mbit, delay: 5ms }
            flows:
              - { name: in, direction: in, packet: "udp 10.0.0.9:53 > 10.0.0.1:5353", rate: 1mbit }
              - { name: up, transfer: "10.0.0.1:4000 > 10.0.0.9:80", bytes: 500kb }
            """);
    Path policy =
        file(
            "drop.tc",
            """
            qdisc add dev eth0 clsact
            qdisc add dev ifb0 root tbf rate 500kbit burst 3k limit 5k
            filter add dev eth0 ingress protocol ip u32 match ip sport 53 0xffff \
              action mirred egress redirect dev ifb0
            """);

    JsonNode result = json(tried("--tc", policy, "--traffic", traffic, "-o", "json"));

    for (JsonNode flow : result.path("flows")) {
      long offered = flow.path("offered").path("packets").asLong();
      assertThat(offered).as("%s", flow).isGreaterThan(300);
      assertThat(flow.path("received").path("packets").asLong() + flow.path("dropped").asLong())
          .as("%s", flow)
          .isEqualTo(offered);
    }
    assertThat(named(result.path("flows"), "name", "in").path("dropped").asLong()).isPositive();
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
                EXAMPLES.resolve("drop_by_address.bpfasm"),
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
  void theSameSeedWritesTheSameBytesAndAnotherDoesNot() throws IOException {
    Path traffic =
        file("p.yaml", TWO_FLOWS.replace("rate: 20mbit", "rate: 20mbit\n    pattern: poisson"));
    Path tree = file("t.tc", TREE);
    byte[][] captures = new byte[3][];
    byte[][] pages = new byte[3][];
    long[] seeds = {7, 7, 8};
    for (int run = 0; run < seeds.length; run++) {
      Path packets = folder.resolve(run + ".pcapng");
      Path page = folder.resolve(run + ".html");
      tried(
              "--tc",
              tree,
              "--traffic",
              traffic,
              "--seed",
              seeds[run],
              "--write",
              packets,
              "--report",
              page)
          .succeeded();
      captures[run] = Files.readAllBytes(packets);
      pages[run] = Files.readAllBytes(page);
    }
    assertThat(captures[0]).isEqualTo(captures[1]).isNotEqualTo(captures[2]);
    assertThat(pages[0]).isEqualTo(pages[1]).isNotEqualTo(pages[2]);
  }

  @Test
  void whatIsWrittenCanBeTriedAgain() {
    Path packets = folder.resolve("out.pcapng.gz");
    JsonNode first =
        json(tried("--traffic", file("t.yaml", TWO_FLOWS), "--write", packets, "-o", "json"));
    JsonNode second = json(tried("--pcap", packets, "-o", "json"));
    assertThat(second.path("devices").path(0).path("sent").path("packets").asLong())
        .isEqualTo(first.path("devices").path(0).path("sent").path("packets").asLong())
        .isPositive();
  }

  @Test
  void wiresharkOpensWhatIsWritten() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "tshark"))),
        "tshark is not installed");
    Path packets = folder.resolve("out.pcapng");
    JsonNode result =
        json(tried("--traffic", file("t.yaml", TWO_FLOWS), "--write", packets, "-o", "json"));
    Process tshark =
        new ProcessBuilder("tshark", "-r", packets.toString(), "-T", "fields", "-e", "ip.src")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tshark.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(tshark.exitValue()).isZero();
    long offered = 0;
    for (JsonNode flow : result.path("flows")) {
      offered += flow.path("offered").path("packets").asLong();
    }
    assertThat(out.lines().count()).isEqualTo(offered);
  }

  @Test
  void thePageIsWholeAndHasItsCharts() throws IOException {
    Path page = folder.resolve("page.html");
    Path charts = folder.resolve("charts");
    tried(
            "--tc",
            SHOP.resolve("shop.tc"),
            "--pcap",
            SHOP.resolve("shop.pcapng.gz"),
            "--wire",
            "10mbit,5ms",
            "--report",
            page,
            "--charts",
            charts)
        .succeeded();
    String html = Files.readString(page);
    assertThat(html).contains("<svg", "1:30", "192.168.1.100").endsWith("</html>\n");
    assertThat(html.toLowerCase(Locale.ROOT))
        .doesNotContain("src=\"http", "href=\"http", "<script src");
    try (Stream<Path> list = Files.list(charts)) {
      List<Path> pictures = list.toList();
      assertThat(pictures).anyMatch(path -> path.toString().endsWith(".png"));
      assertThat(pictures).anyMatch(path -> path.toString().endsWith(".svg"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such file                  | --pcap missing.pcap
          the file is empty             | --pcap empty.pcap
          begin neither                 | --pcap text.pcap
          the file ends within a packet | --pcap cut.pcapng
          not whole gzip                | --pcap cut.pcapng.gz
          no such file                  | --traffic missing.yaml
          rate                          | --traffic rate.yaml
          rate.yaml:3:                  | --traffic rate.yaml
          expected YAML or JSON         | --traffic open.yaml
          nmae                          | --traffic unknown.yaml
          no such file                  | --traffic good.yaml --tc missing.tc
          bad.tc:2                      | --traffic good.yaml --tc bad.tc
          orphan.tc:1                   | --traffic good.yaml --tc orphan.tc
          no such map                   | --traffic good.yaml --set nothing:1=1
          endless                       | --traffic good.yaml --tcx endless.bpfasm
          mutually exclusive            | --traffic good.yaml --pcap empty.pcap
          a factor above 0              | --pcap empty.pcap --speed 0
          there is no folder            | --traffic good.yaml --report nowhere/x.html
          is not an ordinary file       | --traffic good.yaml --report /dev/null
          at most 100,000,000 packets   | --traffic flood.yaml
          bad.tc:2                      | --traffic good.yaml --tc bad.tc
          """)
  void badInputIsToldAndNothingIsWritten(String problem, String words) throws IOException {
    file("empty.pcap", "");
    file("text.pcap", "this is no capture at all");
    byte[] whole = Files.readAllBytes(SHOP.resolve("shop.pcapng.gz"));
    Files.write(folder.resolve("cut.pcapng.gz"), java.util.Arrays.copyOf(whole, 3000));
    try (var in =
        new java.util.zip.GZIPInputStream(Files.newInputStream(SHOP.resolve("shop.pcapng.gz")))) {
      Files.write(folder.resolve("cut.pcapng"), in.readNBytes(20_000));
    }
    file("good.yaml", TWO_FLOWS);
    file(
        "bad.tc", "qdisc add dev eth0 root handle 1: htb\nqdisc add dev eth0 root handle 1: htb\n");
    file("flood.yaml", "flows:\n  - packet: udp 10.0.0.1:1 > 10.0.0.2:2\n    rate: 999999gbit\n");
    file("rate.yaml", "flows:\n  - packet: udp 10.0.0.1:1 > 10.0.0.2:2\n    rate: fast\n");
    file("open.yaml", "flows: [\n");
    file(
        "unknown.yaml",
        "flows:\n  - nmae: a\n    rate: 1mbit\n    packet: udp 10.0.0.1:1 > 10.0.0.2:2\n");
    file(
        "bad.tc",
        """
        qdisc add dev eth0 root handle 1: htb
        class add dev eth0 parent 1: classid 1:1 htb rat 1mbit
        """);
    file("orphan.tc", "class add dev eth0 parent 1: classid 1:1 htb rate 1mbit\n");
    file(
        "endless.bpfasm",
        """
        .program endless tcx
        again:
          r0 = 0
          goto again
          exit
        """);
    List<String> before = files();
    Stream<String> inFolder =
        Stream.of(words.split(" ", -1))
            .map(
                word ->
                    word.matches("[a-z]+(/x)?\\.[a-z.]+") ? folder.resolve(word).toString() : word);
    String[] command =
        Stream.concat(
                Stream.of("try"),
                words.contains("--report")
                    ? inFolder
                    : Stream.concat(
                        inFolder,
                        Stream.of(
                            "--write",
                            folder.resolve("out.pcapng").toString(),
                            "--report",
                            folder.resolve("out.html").toString())))
            .toArray(String[]::new);

    Run run = Run.of(command);

    assertThat(run.code()).as(run.out()).isPositive();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(problem).doesNotContain("Exception", "\tat ");
    assertThat(files()).isEqualTo(before);
  }
}
