package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packet.capture.PcapngWriter.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureWriterTest {
  private static final byte[] PACKET = new byte[20];

  @TempDir Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void anUnfinishedFileLeavesItsTargetAsItWas() throws IOException {
    Path target = folder.resolve("a.pcapng");
    Files.writeString(target, "before");
    try (PcapngWriter writer = new PcapngWriter(target, "test")) {
      writer.packet(writer.addInterface("eth0"), 1, PACKET, 0, 20, 20, Direction.IN, null);
      assertThat(target).hasContent("before");
    }
    try (PcapWriter writer = new PcapWriter(target, LinkType.ETHERNET)) {
      writer.packet(1, PACKET, 0, 20, 20);
    }

    assertThat(target).hasContent("before");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void aFinishedFileTakesItsPlaceAtClosing() throws IOException {
    Path target = folder.resolve("a.pcap");
    try (PcapWriter writer = new PcapWriter(target, LinkType.ETHERNET)) {
      writer.finish();
      assertThat(target).doesNotExist();
    }

    assertThat(files()).containsExactly(target);
    assertThat(CaptureBytes.read(Files.readAllBytes(target))).isEmpty();
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path target = folder.resolve("real.pcap");
    Path link = folder.resolve("link.pcap");
    Files.writeString(target, "before");
    Files.createSymbolicLink(link, target);
    try (PcapWriter writer = new PcapWriter(link, LinkType.ETHERNET)) {
      writer.finish();
    }

    assertThat(link).isSymbolicLink();
    assertThat(target).hasSize(24);
  }

  @Test
  void devicesAndFoldersAreNotWrittenOver() {
    for (Path target : List.of(Path.of("/dev/null"), folder)) {
      assertThatThrownBy(() -> new PcapngWriter(target, "test"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is not an ordinary file");
    }
    assertThat(Path.of("/dev/null")).exists();
  }

  @Test
  void whatNoReaderTakesIsNotWritten() throws IOException {
    try (PcapngWriter ng = new PcapngWriter(folder.resolve("a.pcapng"), "test");
        PcapWriter pcap = new PcapWriter(folder.resolve("a.pcap"), LinkType.ETHERNET)) {
      assertThatThrownBy(() -> ng.packet(0, 0, PACKET, 0, 20, 20, Direction.IN, null))
          .isInstanceOf(IndexOutOfBoundsException.class);
      int number = ng.addInterface("eth0");
      assertThatThrownBy(() -> ng.packet(number, -1, PACKET, 0, 20, 20, Direction.IN, null))
          .hasMessageContaining("-1 ns");
      assertThatThrownBy(() -> ng.packet(number, 0, PACKET, 0, 20, 19, Direction.IN, null))
          .hasMessageContaining("20 bytes are kept of a packet of 19");
      assertThatThrownBy(() -> pcap.packet(Long.MAX_VALUE, PACKET, 0, 20, 20))
          .hasMessageContaining("2106");
      assertThatThrownBy(() -> pcap.packet(0, new byte[300_000], 0, 300_000, 300_000))
          .hasMessageContaining("at most 262144 bytes");
    }
  }

  @Test
  void longTextsAreCutBetweenCharacters() throws IOException {
    Path target = folder.resolve("a.pcapng");
    try (PcapngWriter writer = new PcapngWriter(target, "test")) {
      int number = writer.addInterface("eth0");
      writer.packet(number, 0, PACKET, 0, 20, 20, Direction.UNKNOWN, "€".repeat(30_000) + "!");
      writer.finish();
    }

    assertThat(CaptureBytes.read(Files.readAllBytes(target)).getFirst().comments())
        .containsExactly("€".repeat(65_535 / 3));
  }
}
