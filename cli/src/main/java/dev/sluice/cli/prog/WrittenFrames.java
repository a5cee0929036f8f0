package dev.sluice.cli.prog;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.packet.capture.LinkType;
import dev.sluice.packet.capture.PcapWriter;
import dev.sluice.packet.capture.PcapngWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A capture of the packets as a program left them. By its name it is pcap or, with each packet's
 * verdict as a comment, pcapng; it appears when all of it is there.
 */
final class WrittenFrames implements AutoCloseable {
  private final @Nullable PcapWriter plain;
  private final @Nullable PcapngWriter commented;

  private WrittenFrames(@Nullable PcapWriter plain, @Nullable PcapngWriter commented) {
    this.plain = plain;
    this.commented = commented;
  }

  /**
   * Begins a file.
   *
   * @param source the capture that is read meanwhile, which must be another file
   * @throws InvalidInput if it cannot be written there
   */
  static WrittenFrames open(Path file, Path source) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw invalid("there is no folder for --write " + file);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw invalid("expected an ordinary file behind --write, found " + file);
    }
    String name = file.getFileName().toString();
    boolean next = name.endsWith(".pcapng") || name.endsWith(".pcapng.gz");
    if (!next && !name.endsWith(".pcap") && !name.endsWith(".pcap.gz")) {
      throw invalid("expected a name that ends in .pcap or .pcapng behind --write, found " + file);
    }
    try {
      if (Files.exists(file) && Files.exists(source) && Files.isSameFile(file, source)) {
        throw invalid("--write would write over the file of --pcap, " + source);
      }
      if (!next) {
        return new WrittenFrames(new PcapWriter(file, LinkType.ETHERNET), null);
      }
      PcapngWriter writer = new PcapngWriter(file, "sluice prog run");
      try {
        writer.addInterface("run");
      } catch (IOException e) {
        writer.close();
        throw e;
      }
      return new WrittenFrames(null, writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, problem);
  }

  /**
   * Adds a packet.
   *
   * @param timestamp when it was captured, in nanoseconds since 1970
   */
  void add(PacketRun run, long timestamp) {
    byte[] bytes = run.bytes().toArray();
    try {
      if (plain != null) {
        plain.packet(timestamp, bytes, 0, bytes.length, bytes.length);
      } else if (commented != null) {
        commented.packet(
            0,
            timestamp,
            bytes,
            0,
            bytes.length,
            bytes.length,
            PcapngWriter.Direction.UNKNOWN,
            run.verdictText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All packets are there: closing puts the file in its place. */
  void finish() {
    if (plain != null) {
      plain.finish();
    } else if (commented != null) {
      commented.finish();
    }
  }

  @Override
  public void close() {
    try {
      if (plain != null) {
        plain.close();
      } else if (commented != null) {
        commented.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
