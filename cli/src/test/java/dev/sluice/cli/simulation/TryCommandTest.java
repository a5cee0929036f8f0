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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code sluice try} from its words to its files. */
class TryCommandTest extends TryScenario {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such file                  | --pcap missing.pcap
          empty.pcap: byte 0: the file is empty | --pcap empty.pcap
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
          binary.tc:1: Object "��" is unknown | --traffic good.yaml --tc binary.tc
          name.tc:2: a device's name has | --traffic good.yaml --tc name.tc
          word.tc:1: argument "wrong" is wrong | --traffic good.yaml --tc word.tc
          tbf.tc:1: tbf: either "limit" | --traffic good.yaml --tc tbf.tc
          burn.bpfasm:15                | --traffic good.yaml --tcx burn.bpfasm
          mutually exclusive            | --traffic good.yaml --pcap empty.pcap
          a factor above 0              | --pcap empty.pcap --speed 0
          RATE[,DELAY]                  | --pcap empty.pcap --wire 10mbit,5
          --wire is for a capture       | --traffic good.yaml --wire 10mbit
          --speed is for a capture      | --traffic good.yaml --speed max
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
    file("binary.tc", "\0\1\n");
    file("name.tc", "\nqdisc add dev averyveryverylongname root pfifo\n");
    file("word.tc", "filter add dev eth0 protocol wrong parent 1: u32 match u32 0 0\n");
    file("tbf.tc", "qdisc add dev eth0 root tbf rate 1mbit burst 10kb\n");
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
        "burn.bpfasm",
        """
        .license "GPL"
        .program burn tcx
          r1 = 8000000
          r2 = function[turn]
          r3 = 0
          r4 = 0
          call bpf_loop
          r0 = TCX_NEXT
          exit
        .func turn
          r1 = 8000000
          r2 = function[inner]
          r3 = 0
          r4 = 0
          call bpf_loop
          r0 = 0
          exit
        .func inner
          r0 = 0
          exit
        """);
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
    assertThat(run.err()).contains(problem).doesNotContain("Exception", "\tat ", "Usage:");
    assertThat(files()).isEqualTo(before);
  }
}
