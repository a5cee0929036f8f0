package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.packet.FrameBuilder;
import dev.sluice.packet.IcmpHeader;
import dev.sluice.packet.TcpSegment;
import dev.sluice.packet.capture.PcapngWriter.Direction;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wireshark's tools read what is written here, and the other way round. */
class WiresharkTest {
  private static final long START = 1_764_000_000_123_456_789L;

  @TempDir Path folder;

  private static List<byte[]> frames() {
    return List.of(
        new FrameBuilder().ip("10.0.0.1", "10.0.0.2").tcp(40000, 443, TcpSegment.SYN).build(),
        new FrameBuilder()
            .vlan(10)
            .ip("2001:db8::1", "2001:db8::2")
            .udp(53, 5353)
            .payload(5)
            .build(),
        new FrameBuilder()
            .ip("10.0.0.1", "10.0.0.2")
            .icmp(IcmpHeader.echoRequest(1, 2))
            .payload(9)
            .build(),
        new FrameBuilder().ip("fe80::1", "fe80::2").icmp(IcmpHeader.echoRequestV6(1, 2)).build());
  }

  private static void assumeTool(String name) {
    boolean there = false;
    for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
      there |= Files.isExecutable(Path.of(place, name));
    }
    assumeTrue(there, name + " is not on the PATH");
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " did not end");
    }
    assertThat(process.exitValue())
        .as("%s: %s", String.join(" ", command), Files.readString(errors))
        .isZero();
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  private Path writePcapng() throws IOException {
    Path file = folder.resolve("written.pcapng");
    try (PcapngWriter writer = new PcapngWriter(file, "sluice test")) {
      int sent = writer.addInterface("eth0");
      int dropped = writer.addInterface("eth0 (dropped)");
      long time = START;
      for (byte[] frame : frames()) {
        writer.packet(sent, time++, frame, 0, frame.length, frame.length, Direction.OUT, null);
      }
      byte[] frame = frames().getFirst();
      writer.packet(dropped, time, frame, 0, 40, 1500, Direction.IN, "dropped by 1:10, naïvely");
      writer.statistics(sent, time, 5, 1);
      writer.finish();
    }
    return file;
  }

  @Test
  void tsharkReadsOurPcapng() throws Exception {
    assumeTool("tshark");
    String file = writePcapng().toString();

    assertThat(
            run(
                "tshark",
                "-n",
                "-r",
                file,
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.time_epoch",
                "-e",
                "frame.interface_name",
                "-e",
                "frame.len",
                "-e",
                "frame.cap_len",
                "-e",
                "frame.packet_flags_direction",
                "-e",
                "frame.comment"))
        .isEqualTo(
            """
            1764000000.123456789|eth0|54|54|0x00000002|
            1764000000.123456790|eth0|71|71|0x00000002|
            1764000000.123456791|eth0|51|51|0x00000002|
            1764000000.123456792|eth0|62|62|0x00000002|
            1764000000.123456793|eth0 (dropped)|1500|40|0x00000001|dropped by 1:10, naïvely
            """);
  }

  @Test
  void tsharkFindsNoBadChecksumInOurFrames() throws Exception {
    assumeTool("tshark");
    String file = writePcapng().toString();
    String output =
        run(
            "tshark",
            "-n",
            "-r",
            file,
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "tcp.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
            "-T",
            "fields",
            "-e",
            "ip.checksum.status",
            "-e",
            "tcp.checksum.status",
            "-e",
            "udp.checksum.status",
            "-e",
            "icmp.checksum.status",
            "-e",
            "icmpv6.checksum.status");

    // 1: good. The last packet is cut off.
    assertThat(output.lines().limit(4).map(line -> line.replace("\t", "")))
        .containsExactly("11", "1", "11", "1");
  }

  @Test
  void capinfosCountsOurPackets() throws Exception {
    assumeTool("capinfos");
    Path pcap = folder.resolve("written.pcap");
    try (PcapWriter writer = new PcapWriter(pcap, LinkType.ETHERNET)) {
      for (byte[] frame : frames()) {
        writer.packet(START, frame, 0, frame.length, frame.length);
      }
      writer.finish();
    }

    assertThat(run("capinfos", "-M", "-c", writePcapng().toString()))
        .containsPattern("Number of packets: +5");
    assertThat(run("capinfos", "-M", "-c", "-t", pcap.toString()))
        .containsPattern("Number of packets: +4")
        .contains("nsecpcap");
  }

  @Test
  void whatEditcapWritesIsRead() throws Exception {
    assumeTool("editcap");
    Path written = writePcapng();
    List<CaptureBytes.Read> ours = CaptureBytes.read(Files.readAllBytes(written));
    List<String> differences = new ArrayList<>();
    for (String format : List.of("pcapng", "nsecpcap", "pcap")) {
      Path converted = folder.resolve("converted." + format);
      run("editcap", "-F", format, written.toString(), converted.toString());
      List<CaptureBytes.Read> theirs = CaptureBytes.read(Files.readAllBytes(converted));
      assertThat(theirs).hasSameSizeAs(ours);
      for (int i = 0; i < ours.size(); i++) {
        CaptureBytes.Read a = ours.get(i);
        CaptureBytes.Read b = theirs.get(i);
        long unit = format.equals("pcap") ? 1000 : 1;
        if (a.timestamp() / unit != b.timestamp() / unit
            || !a.bytes().equals(b.bytes())
            || a.originalLength() != b.originalLength()
            || format.equals("pcapng") && !a.equals(b)) {
          differences.add(format + ": " + a + " became " + b);
        }
      }
    }

    assertThat(differences).isEmpty();
  }
}
