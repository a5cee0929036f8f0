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
    assertThat(five.path("next").asLong()).isEqualTo(five.path("runs").asLong()).isPositive();
  }

  @Test
  void warningsNameTheFileAndClassesAsPeopleWriteThem() {
    Path tree =
        file(
            "w.tc",
            """
            qdisc add dev eth0 root handle 1: htb default 10
            qdisc show dev eth0
            class add dev eth0 parent 1: classid 1:10 htb rate 20kbit burst 32kbit
            """);
    Run run = tried("--tc", tree, "--traffic", file("t.yaml", TWO_FLOWS));
    assertThat(run.code()).isZero();
    assertThat(run.err())
        .contains("quantum of class 1:10 is small", "w.tc:3: burst 32kbit is 4096 bytes")
        .doesNotContain("qdisc htb", "(-:");
  }

  @Test
  void forceLeavesOutWhatFails() {
    Path tree =
        file("f.tc", "qdisc del dev eth0 root\nqdisc add dev eth0 root handle 1: htb default 1\n");
    Path traffic = file("t.yaml", TWO_FLOWS);
    assertThat(tried("--tc", tree, "--traffic", traffic).code()).isEqualTo(1);
    Run run = tried("--force", "--tc", tree, "--traffic", traffic);
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("f.tc:1: Cannot delete qdisc", "left out");
  }

  @Test
  void noFileIsReadAndWrittenOrWrittenTwiceOrTakenForADevice() throws IOException {
    Path traffic = file("t.yaml", TWO_FLOWS);
    Path packets = folder.resolve("p.pcapng");
    tried("--traffic", traffic, "--write", packets).succeeded();
    byte[] before = Files.readAllBytes(packets);
    Path link = Files.createSymbolicLink(folder.resolve("l.pcapng"), packets);
    assertThat(tried("--pcap", packets, "--write", link).err())
        .contains("--write would write over the file of --pcap");
    assertThat(tried("--traffic", traffic, "--report", traffic).err())
        .contains("--report would write over the file of --traffic");
    Path twice = folder.resolve("x.html");
    assertThat(tried("--traffic", traffic, "--report", twice, "--write", twice).err())
        .contains("--write would write over the file of --report");
    assertThat(tried("--traffic", traffic, "--report", "/dev/null").err())
        .contains("expected an ordinary file");
    assertThat(Files.readAllBytes(packets)).isEqualTo(before);
    assertThat(twice).doesNotExist();
  }

  @Test
  void aReportThatCannotBeWrittenLeavesThePacketsAsTheyWere() throws IOException {
    Path packets = file("p.pcapng", "old");
    Path charts = folder.resolve("charts");
    Files.createDirectories(charts.resolve("rate-by-class-eth0.svg"));
    Run run = tried("--traffic", file("t.yaml", TWO_FLOWS), "--write", packets, "--charts", charts);
    assertThat(run.code()).isPositive();
    assertThat(run.err()).contains("rate-by-class-eth0.svg");
    assertThat(packets).hasContent("old");
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
            "qdisc add dev eth0 root handle 1: htb default 77\n"
                + "class add dev eth0 parent 1: classid 1:10 htb rate 1mbit\n");
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
          deep.tc:10: sch_htb: tree is too deep | --traffic good.yaml --tc deep.tc
          begin behind the word tc      | --traffic good.yaml --tc script.tc
          the engine has htb            | --traffic good.yaml --tc prio.tc
          holds no packets              | --pcap none.pcap
          none.dir: cannot be read      | --pcap none.dir
          packet 1, byte                | --pcap cut.pcap
          no such map                   | --traffic good.yaml --set nothing:1=1
          endless                       | --traffic good.yaml --tcx endless.bpfasm
          mutually exclusive            | --traffic good.yaml --pcap empty.pcap
          a factor above 0              | --pcap empty.pcap --speed 0
          there is no folder            | --traffic good.yaml --report nowhere/x.html
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
    StringBuilder deep = new StringBuilder("qdisc add dev eth0 root handle 1: htb\n");
    for (int level = 1; level < 10; level++) {
      deep.append(
          "class add dev eth0 parent 1:%d classid 1:%d htb rate 1mbit\n"
              .formatted(level - 1, level));
    }
    file("deep.tc", deep.toString());
    file("script.tc", "tc qdisc add dev eth0 root handle 1: htb\n");
    file("prio.tc", "qdisc add dev eth0 root handle 1: prio bands 3\n");
    byte[] none = new byte[24];
    java.nio.ByteBuffer.wrap(none)
        .putInt(0xa1b2c3d4)
        .putShort((short) 2)
        .putShort((short) 4)
        .putInt(20, 1);
    Files.write(folder.resolve("none.pcap"), none);
    Files.write(folder.resolve("cut.pcap"), java.util.Arrays.copyOf(none, 30));
    Files.createDirectories(folder.resolve("none.dir"));
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
