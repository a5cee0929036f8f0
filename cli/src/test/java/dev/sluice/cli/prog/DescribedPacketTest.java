package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribedPacketTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void writesAUdpDatagram() {
    // UDP: 0a00+0001+0a00+0002+0011+000c of the pseudo header, 03e8+0035+000c of its own = 1849.
    assertThat(HEX.formatHex(DescribedPacket.parse("udp 10.0.0.1:1000 > 10.0.0.2:53 len 4")))
        .isEqualTo(
            "020000000002"
                + "020000000001"
                + "0800"
                + "4500002000000000401166cb0a0000010a000002"
                + "03e80035000ce7b6"
                + "00000000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "udp 10.0.0.1:1000 > 10.0.0.2:53 len 101            | 143 | 20 | 17",
        "tcp 10.0.0.1:1000 > 10.0.0.2:80                    |  54 | 20 |  6",
        "icmp 10.0.0.1 > 10.0.0.2                           |  98 | 20 |  1",
        "udp [2001:db8::1]:1000 > [2001:db8::2]:53 len 3    |  65 | 40 | 17",
        "tcp [2001:db8::1]:1000 > [2001:db8::2]:80 tos 8    |  74 | 40 |  6",
        "icmp 2001:db8::1 > 2001:db8::2 len 0               |  62 | 40 | 58",
      })
  void checksumsAddUp(String text, int length, int header, int protocol) {
    byte[] frame = DescribedPacket.parse(text);
    assertThat(frame).hasSize(length);
    if (header == 20) {
      assertThat(sum(frame, 14, 20)).isEqualTo(0xffff);
    }
    int pseudo = protocol + length - 14 - header;
    int addresses = header == 20 ? 26 : 22;
    long sum = sum(frame, 14 + header, length - 14 - header);
    if (protocol != 1) {
      sum += pseudo + sum(frame, addresses, header == 20 ? 8 : 32);
    }
    assertThat(fold(sum)).isEqualTo(0xffff);
  }

  private static long fold(long sum) {
    long folded = sum;
    while (folded >> 16 != 0) {
      folded = (folded & 0xffff) + (folded >> 16);
    }
    return folded;
  }

  private static long sum(byte[] bytes, int from, int size) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      int value = bytes[from + i] & 0xff;
      sum += i % 2 == 0 ? value << 8 : value;
    }
    return fold(sum);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sctp 10.0.0.1:1 > 10.0.0.2:2; expected udp|tcp|icmp",
        "udp 10.0.0.1 > 10.0.0.2:2; 10.0.0.1 has no port",
        "udp 10.0.0.1:1 10.0.0.2:2; expected udp|tcp|icmp",
        "udp 10.0.0.1:70000 > 10.0.0.2:2; a port is 0 to 65535",
        "udp a.example:1 > 10.0.0.2:2; a.example is no IP address",
        "udp 10.0.0.1:1 > [2001:db8::1]:2; both addresses must be of the same family",
        "udp 10.0.0.1:1 > 10.0.0.2:2 len x; len is 0 to 65000, not x",
        "udp; expected udp|tcp|icmp",
      })
  void saysWhatItExpected(String text, String problem) {
    assertThatThrownBy(() -> DescribedPacket.parse(text))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }

  @Test
  void tellsWhichBytesChanged() {
    byte[] before = HEX.parseHex("0011223344");
    assertThat(DescribedPacket.difference(before, before)).isEmpty();
    assertThat(DescribedPacket.difference(before, HEX.parseHex("00aabb33cc")))
        .isEqualTo("1-2: 1122 → aabb, 4: 44 → cc");
    assertThat(DescribedPacket.difference(before, HEX.parseHex("0011"))).isEqualTo("5 → 2 bytes");
  }
}
