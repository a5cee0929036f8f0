package dev.sluice.cli.prog;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the packet of a run comes from, or the packets. */
public final class PacketOption {
  @Option(
      names = "--packet",
      required = true,
      paramLabel = "WORDS",
      description =
          "udp|tcp|icmp ADDRESS:PORT > ADDRESS:PORT [len BYTES] [ttl N] [tos N] [vlan ID]")
  private @Nullable String described;

  @Option(
      names = "--hex",
      required = true,
      paramLabel = "BYTES",
      description = "The frame in hexadecimal, from its Ethernet header.")
  private @Nullable String hex;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "A file that holds the bytes of the frame.")
  private @Nullable Path file;

  @Option(
      names = "--pcap",
      required = true,
      paramLabel = "FILE",
      description = "Every packet of a capture (pcap or pcapng), one after the other.")
  private @Nullable Path capture;

  /** The capture that the packets are in; null if there is one packet from elsewhere. */
  @Nullable Path capture() {
    return capture;
  }

  /**
   * The one packet, or one of the capture.
   *
   * @param number which of the capture, from 1; null where there is one packet from elsewhere
   */
  public byte[] oneFrame(@Nullable Long number) {
    Path from = capture;
    if ((from == null) != (number == null)) {
      throw new InvalidInput("command line", 0, 0, "--frame N goes with --pcap FILE");
    }
    return from == null || number == null ? frame() : CapturedFrames.frame(from, number);
  }

  /** The one packet. */
  byte[] frame() {
    if (described != null) {
      return DescribedPacket.parse(described);
    }
    if (hex != null) {
      return hex(hex, "--hex");
    }
    Path from = Objects.requireNonNull(file);
    try {
      return Files.readAllBytes(from);
    } catch (NoSuchFileException e) {
      throw new NotFound("file", from.toString());
    } catch (IOException e) {
      throw new InvalidInput(from.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  /** Reads hexadecimal digits, with blanks and colons between them or not. */
  static byte[] hex(String text, String option) {
    try {
      return HexFormat.of().parseHex(text.replaceAll("[\\s:]", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(
          "command line", 0, 0, option + ": expected pairs of hexadecimal digits, found " + text);
    }
  }
}
