package dev.sluice.packet.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packet.FrameBuilder;
import dev.sluice.packet.FrameSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameConversionTest {
  private static final byte[] V4 = packet("10.0.0.1", "10.0.0.2");
  private static final byte[] V6 = packet("::1", "::2");
  private static final String LINE = "IP 10.0.0.1:1 > 10.0.0.2:2 udp len 28";
  private static final String LINE6 = "IP6 [::1]:1 > [::2]:2 udp len 48";

  private static byte[] packet(String from, String to) {
    byte[] frame = new FrameBuilder().ip(from, to).udp(1, 2).build();
    return Arrays.copyOfRange(frame, 14, frame.length);
  }

  private static FrameConversion convert(int linkType, String header, byte[] packet) {
    byte[] before = HexFormat.of().parseHex(header);
    byte[] bytes = Arrays.copyOf(before, before.length + packet.length);
    System.arraycopy(packet, 0, bytes, before.length, packet.length);
    byte[] file =
        new CaptureBytes(ByteOrder.BIG_ENDIAN)
            .pcap(0xa1b2c3d4, 2, 4, linkType)
            .record(0, 0, bytes.length, bytes.length + 100, bytes)
            .toArray();
    FrameConversion conversion = new FrameConversion();
    try (CaptureReader reader = CaptureReader.open("test", new ByteArrayInputStream(file))) {
      reader.next();
      conversion.convert(reader);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return conversion;
  }

  private static String line(FrameConversion conversion) {
    return FrameSummary.of(conversion.frame(), 0, conversion.length());
  }

  @Test
  void packetsWithoutEthernetHeadersGetOne() {
    for (int type : List.of(12, 14, 101, 228)) {
      FrameConversion conversion = convert(type, "", V4);
      assertThat(line(conversion)).isEqualTo(LINE);
      assertThat(conversion.originalLength()).isEqualTo(V4.length + 100 + 14);
    }
    assertThat(line(convert(101, "", V6))).isEqualTo(LINE6);
    assertThat(line(convert(229, "", V6))).isEqualTo(LINE6);
    assertThat(line(convert(0, "02000000", V4))).isEqualTo(LINE);
    assertThat(line(convert(0, "0000001e", V6))).isEqualTo(LINE6);
    assertThat(line(convert(108, "00000002", V4))).isEqualTo(LINE);
    assertThat(line(convert(113, "0000000100060a0b0c0d0e0f00000800", V4))).isEqualTo(LINE);
    assertThat(line(convert(276, "86dd00000000000200010006" + "0a0b0c0d0e0f0000", V6)))
        .isEqualTo(LINE6);
  }

  @Test
  void cookedHeadersKeepTheirSource() {
    FrameConversion cooked = convert(113, "0000000100060a0b0c0d0e0f00000800", V4);
    FrameConversion newer = convert(276, "080000000000000200010006" + "0a0b0c0d0e0f0000", V4);
    FrameConversion tunnel = convert(113, "00000300000411121314000000000800", V4);

    for (FrameConversion conversion : List.of(cooked, newer)) {
      assertThat(CaptureBytes.hex(conversion.frame(), 14))
          .isEqualTo("020000000002" + "0a0b0c0d0e0f" + "0800");
    }
    assertThat(CaptureBytes.hex(tunnel.frame(), 14))
        .isEqualTo("020000000002" + "020000000001" + "0800");
  }

  @Test
  void countedFramesAreCountedAgain() {
    FrameConversion conversion = convert(113, "0002000100060a0b0c0d0e0f00000004", new byte[35]);

    assertThat(CaptureBytes.hex(conversion.frame(), 14)).endsWith("0087");
  }

  @Test
  void whatNoFrameCanBeMadeOfIsRefusedByNameAndNumber() {
    assertRefused(127, "", V4, "link type 127 (IEEE802_11_RADIOTAP) are");
    assertRefused(4321, "", V4, "link type 4321 are");
    assertRefused(101, "", new byte[] {0x10}, "101 (RAW), found version 1");
    assertRefused(101, "", new byte[0], "found nothing");
    assertRefused(113, "00000001", new byte[0], "expected a header of 16 bytes");
    assertRefused(
        113, "00000338000000000000000000000010", V4, "protocol 16 on hardware of type 824");
  }

  private static void assertRefused(int linkType, String header, byte[] packet, String why) {
    assertThatThrownBy(() -> convert(linkType, header, packet))
        .isInstanceOf(CaptureException.class)
        .hasMessageContaining(why);
  }
}
