package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.packet.capture.LinkType;
import dev.sluice.packet.capture.PcapWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs in the engine, which need no privilege; {@code ProgCommandsTest} has those in the kernel.
 */
class ProgRunCommandTest {
  /** Returns how often it ran, and sets the time to live to that. */
  private static final String COUNT =
      """
      .license GPL
      .map seen array key u32 value u32 entries 1
      .program count tcx
        r6 = r1
        r7 = *(u32 *)(r6 + skb.data)
        r3 = *(u32 *)(r6 + skb.data_end)
        r4 = r7
        r4 += 34
        if r4 > r3 goto out
        *(u32 *)(r10 - 4) = 0
        r2 = r10
        r2 += -4
        r1 = map[seen]
        call bpf_map_lookup_elem
        if r0 == 0 goto out
        w1 = *(u32 *)(r0 + 0)
        w1 += 1
        *(u32 *)(r0 + 0) = w1
        *(u8 *)(r7 + 22) = w1
        w0 = w1
        exit
      out:
        r0 = -1
        exit
      """;

  @TempDir private Path folder;
  private String program = "";
  private String capture = "";

  @BeforeEach
  void write() throws IOException {
    program = Files.writeString(folder.resolve("count.bpfasm"), COUNT).toString();
    capture = folder.resolve("in.pcap").toString();
    try (PcapWriter writer = new PcapWriter(Path.of(capture), LinkType.ETHERNET)) {
      byte[] udp = DescribedPacket.parse("udp 10.0.0.1:1000 > 10.0.0.2:53 len 20");
      byte[] tcp = DescribedPacket.parse("tcp [2001:db8::1]:1000 > [2001:db8::2]:80");
      writer.packet(1_000_000_007L, udp, 0, udp.length, udp.length);
      writer.packet(2_000_000_000L, udp, 0, 20, udp.length);
      writer.packet(3_000_000_000L, tcp, 0, tcp.length, tcp.length);
      writer.finish();
    }
  }

  private Run run(String... words) {
    List<String> all = new ArrayList<>(List.of("prog", "run", program, "--datapath", "engine"));
    all.addAll(List.of(words));
    return Run.of(all.toArray(String[]::new));
  }

  @Test
  void mapsKeepWhatTheyHoldFromPacketToPacket() {
    List<String> lines = run("--pcap", capture).succeeded().out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1).strip())
        .matches(
            "1 +RECLASSIFY \\(1\\) +\\d+ +IP 10.0.0.1:1000 > 10.0.0.2:53 udp len 48 "
                + " \\[ip.ttl: 64 → 1\\]");
    assertThat(lines.get(2)).contains("not run", "needs 34 bytes or more, and this one has 20");
    // Byte 22 of an IPv6 packet is the first of its source.
    assertThat(lines.get(3)).contains("DROP (2)", "ip6.src: 2001:db8:0:0:0:0:0:1 → 201:db8");
    assertThat(lines.get(4))
        .startsWith("2 packets: 1 DROP (2), 1 RECLASSIFY (1); 2 changed; 1 could not be run; ");
  }

  @Test
  void writesPacketsAsTheyCameOut() throws IOException {
    for (String name : List.of("out.pcap", "out.pcapng")) {
      Path out = folder.resolve(name);
      run("--pcap", capture, "--write", out.toString()).succeeded();
      try (CaptureReader reader = CaptureReader.open(out)) {
        assertThat(reader.next()).isTrue();
        assertThat(reader.timestamp()).isEqualTo(1_000_000_007L);
        assertThat(reader.bytes()[22]).isEqualTo((byte) 1);
        assertThat(reader.comments())
            .isEqualTo(name.endsWith("ng") ? List.of("RECLASSIFY (1)") : List.of());
        assertThat(reader.next()).isTrue();
        assertThat(reader.timestamp()).isEqualTo(3_000_000_000L);
        assertThat(reader.next()).isFalse();
      }
    }
  }

  @Test
  void oneOfItsPackets() {
    assertThat(run("--pcap", capture, "--frame", "3").succeeded().out().lines())
        .startsWith("verdict RECLASSIFY (1)", "packet  changed: 22: 20 → 01")
        .contains("header  ip6.src: 2001:db8:0:0:0:0:0:1 → 101:db8:0:0:0:0:0:1");
    assertThat(run("--pcap", capture, "--frame", "4").failed(ExitCode.INPUT).err())
        .contains("the capture has no packet 4, its last is 3");
    assertThat(run("--pcap", capture, "--frame", "2").failed(ExitCode.REFUSED).err())
        .contains("needs 34 bytes or more");
  }

  @Test
  void oneDocumentForAllPackets() {
    JsonNode document =
        JsonMapper.shared().readTree(run("--pcap", capture, "-o", "json").succeeded().out());
    assertThat(document.get("packets").size()).isEqualTo(3);
    assertThat(document.get("packets").get(0).get("verdictName").asString())
        .isEqualTo("RECLASSIFY");
    assertThat(document.get("packets").get(1).get("refusal").asString()).contains("34 bytes");
    assertThat(document.get("totals").get("packets").asInt()).isEqualTo(2);
    assertThat(document.get("totals").get("verdicts").get("DROP (2)").asInt()).isEqualTo(1);
    assertThat(run("--pcap", capture, "-o", "yaml").succeeded().out())
        .startsWith("packets:\n")
        .contains("\ntotals:\n");
  }

  @Test
  void refusesCapturesThatAreNone() throws IOException {
    assertThat(run("--pcap", program).failed(ExitCode.INPUT).err()).contains("count.bpfasm");
    assertThat(run("--pcap", "/no/file").failed(ExitCode.INPUT).err())
        .isEqualTo("sluice: no such file: /no/file\n");
    Path cut = folder.resolve("cut.pcap");
    byte[] bytes = Files.readAllBytes(Path.of(capture));
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 3));
    Path out = folder.resolve("kept.pcap");
    assertThat(run("--pcap", cut.toString(), "--write", out.toString()).failed(1).err())
        .contains("cut.pcap: packet 3, byte ", "the file ends within a packet");
    assertThat(out).doesNotExist();
    for (String format : List.of("json", "yaml")) {
      assertThat(run("--pcap", cut.toString(), "-o", format).failed(1).err()).contains("packet 3");
    }
    assertThat(run("--pcap", capture, "--write", capture).failed(1).err())
        .contains("--write would write over the file of --pcap");
    assertThat(run("--pcap", capture, "--write", "x.txt").failed(1).err())
        .contains("expected a name that ends in .pcap or .pcapng");
    assertThat(run("--hex", "00", "--frame", "1").failed(1).err()).contains("are for packets of");
    Path empty = folder.resolve("empty.pcap");
    Files.write(empty, Arrays.copyOf(bytes, 24));
    assertThat(run("--pcap", empty.toString()).failed(1).err()).contains("holds no packets");
  }

  @Test
  void everyTypeOfProgramHasItsVerdicts() throws IOException {
    Files.writeString(
        Path.of(program),
        """
        .program x xdp
          r0 = 1
          exit
        .program c cgroup_skb
          w0 = *(u32 *)(r1 + skb.mark)
          w0 &= 1
          exit
        .program s socket
          r0 = 60
          exit
        """);
    String packet = "udp 10.0.0.1:1 > 10.0.0.2:2";
    assertThat(run("--program", "x", "--packet", packet).succeeded().out())
        .startsWith("verdict XDP_DROP (1)\npacket  unchanged, 42 bytes\n");
    assertThat(run("--program", "c", "--packet", packet, "--mark", "1").succeeded().out())
        .startsWith("verdict PASS (1)\npacket  unchanged, 42 bytes\ntime ");
    assertThat(run("--program", "s", "--packet", packet).succeeded().out())
        .startsWith("verdict KEEP (60)\npacket  unchanged, 42 bytes\ntime ");
    assertThat(run("--program", "x", "--packet", packet, "--with", "mark=1").failed(1).err())
        .contains("it sets ingress_ifindex, rx_queue_index");
  }

  @Test
  void theEngineHasOnlyFiles() {
    assertThat(Run.of("prog", "run", "id:1", "--datapath", "engine", "--hex", "00").failed(1).err())
        .contains("id:1 is in the kernel; --datapath engine knows only files");
    assertThat(
            Run.of("prog", "load", program, "--datapath", "engine", "--pin", "/x").failed(1).err())
        .contains("is in the kernel");
    assertThat(Run.of("prog", "load", program, "--datapath", "engine").succeeded().out())
        .contains("count");
  }

  @Test
  void setsGlobalVariables() {
    String object = "../bpf/src/test/resources/dev/sluice/bpf/elf/count.o";
    String[] words = {
      "prog", "run", object, "--datapath", "engine", "--program", "count", "--hex", "00".repeat(60)
    };
    assertThat(Run.of(words).succeeded().out()).doesNotContain("verdict 77");
    assertThat(
            Run.of("prog", "load", object, "--datapath", "engine", "--const", "no=1")
                .failed(1)
                .err())
        .contains("no such global variable in", "no (it has limit, step, weights, largest, seen)");
    assertThat(
            Run.of("prog", "load", object, "--datapath", "engine", "--const", "limit=-1")
                .failed(1)
                .err())
        .contains("--const: 'limit' of type unsigned_int is 0 to 4294967295, not -1");
    assertThat(
            Run.of("prog", "load", object, "--datapath", "engine", "--const", "weights=1")
                .failed(1)
                .err())
        .contains("that are no single number");
    assertThat(Run.of("prog", "dump", "id:1", "--const", "a=1").failed(1).err())
        .contains("--const is for files");
  }

  @Test
  void dumpsTheSource() {
    String object = "../bpf/src/test/resources/dev/sluice/bpf/elf/count.o";
    String text = Run.of("prog", "dump", object, "--program", "count").succeeded().out();
    assertThat(text)
        .startsWith(
            "count:\n; int count(struct __sk_buff *skb) {  @ ./count.c:51\n   0: (bf) r6 = r1\n")
        .contains("(85) call pc+6#add\n", "\n\nadd:\n");
    JsonNode document =
        JsonMapper.shared()
            .readTree(
                Run.of("prog", "dump", object, "--program", "count", "-o", "json")
                    .succeeded()
                    .out());
    assertThat(document.get("functions").get(0).get("name").asString()).isEqualTo("add");
    assertThat(document.get("lines").get(0).get("line").asInt()).isEqualTo(51);
  }
}
