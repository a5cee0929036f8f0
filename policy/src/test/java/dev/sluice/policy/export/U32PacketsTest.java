package dev.sluice.policy.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.document.PolicyWriter;
import dev.sluice.policy.spec.Block;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Spec;
import dev.sluice.policy.spec.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the words of u32 filters mean, as a policy says it. */
class U32PacketsTest {
  private static final Handle CLASS = Handle.of(1, 0x10);

  /** {@code VALUE/MASK@OFFSET}, in hexadecimal but for the offset. */
  private static U32 filter(String words) {
    List<U32.Key> keys = new ArrayList<>();
    for (String word : words.split(" ", -1)) {
      String[] parts = word.split("[/@]", -1);
      int value = Integer.parseUnsignedInt(parts[0], 16);
      int mask = Integer.parseUnsignedInt(parts[1], 16);
      keys.add(new U32.Key(mask, value, Integer.parseInt(parts[2]), 0));
    }
    return U32.matching(keys, CLASS);
  }

  private static String matches(PacketSet packets) {
    return text(packets.matches());
  }

  /** In one line, without quotes and what stands around. */
  static String text(List<Match> matches) {
    Spec spec =
        new Spec(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(new Block("x", "x", null, null, matches)),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    String yaml = PolicyWriter.yaml(TrafficPolicy.of("x", spec));
    return yaml.substring(yaml.indexOf("match:") + 6).replaceAll("[\\s\"]+", " ").strip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c0a80164/ffffffff@12                | - from: prefixes: - 192.168.1.100
          0a000000/ff000000@16                | - to: prefixes: - 10.0.0.0/8
          0a000100/ff00ff00@12 00060000/00ff0000@8 | -
          00060000/00ff0000@8 00000050/ffff@20 | - from: prefixes: - 0.0.0.0/0 protocol: TCP ports: - 80
          00001f00/ff00@20                    | - from: prefixes: - 0.0.0.0/0 ports: - 7936-8191
          00500000/ffff0000@20                | - from: prefixes: - 0.0.0.0/0 sourcePorts: - 80
          00000050/fffb@20                    | - from: prefixes: - 0.0.0.0/0 ports: - 80 - 84
          00010000/00ff0000@8 08000000/ff000000@20 | - from: prefixes: - 0.0.0.0/0 protocol: ICMP ports: - 8
          00b80000/00fc0000@0                 | - from: prefixes: - 0.0.0.0/0 dscp: - 46
          45000000/ff000000@0 00000000/00001fff@4 00000035/ffff@20 | - from: prefixes: - 0.0.0.0/0 ports: - 53
          00000000/00000000@0                 | - from: prefixes: - 0.0.0.0/0
          """)
  void ofIpv4(String words, String expected) {
    U32Packets.Reading reading = U32Packets.read(0x0800, filter(words));
    PacketSet packets = Objects.requireNonNull(reading.packets());
    if (expected.equals("-")) {
      assertThat(reading.unsayable()).isNotEmpty();
    } else {
      assertThat(reading.unsayable()).isEmpty();
      assertThat(reading.remarks()).isEmpty();
      assertThat(matches(packets)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fd000000/ff000000@24                | - to: prefixes: - fd00::/8
          20010db8/ffffffff@8 00010000/ffff0000@12 | - from: prefixes: - 2001:db8:1::/48
          00003a00/0000ff00@4 80000000/ff000000@40 | - from: prefixes: - ::/0 protocol: ICMP ports: - 128
          00001100/0000ff00@4 00000035/ffff@40 | - from: prefixes: - ::/0 protocol: UDP ports: - 53
          0b800000/0fc00000@0                 | - from: prefixes: - ::/0 dscp: - 46
          """)
  void ofIpv6(String words, String expected) {
    U32Packets.Reading reading = U32Packets.read(0x86dd, filter(words));
    assertThat(reading.unsayable()).isEmpty();
    assertThat(matches(Objects.requireNonNull(reading.packets()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          00100000/00ff0000@32                | other bytes (0x00ff0000 at 32)
          00020000/00030000@-12               | the Ethernet header
          00000040/000000ff@8                 | time to live or checksum
          00000000/ffff0000@4                 | fragments
          00000100/0000ff00@0                 | the header's length or the packet's
          002f0000/00ff0000@8                 | no protocol 47
          00000001/00000001@12                | source address is that of no prefix
          00000001/00000001@20                | more than 16 ranges
          00020000/00020000@8                 | a part of the protocol's number
          """)
  void saysWhatItCannotSay(String words, String expected) {
    assertThat(U32Packets.read(0x0800, filter(words)).unsayable())
        .singleElement()
        .asString()
        .contains(expected);
  }

  @Test
  void theNextHeaderIsKnownBehindALinkOnly() {
    U32 filter = U32.matching(List.of(new U32.Key(0xffff, 80, 0, -1)), CLASS);
    assertThat(U32Packets.read(0x0800, filter).unsayable().getFirst()).contains("nexthdr");
  }

  @Test
  void otherProtocolsAreNotIp() {
    assertThat(U32Packets.read(0x0806, filter("0/0@0")).unsayable().getFirst())
        .contains("0x0806, not of IP");
  }

  @Test
  void whatContradictsItselfFitsNothing() {
    assertThat(U32Packets.read(0x0800, filter("60000000/f0000000@0")).packets()).isNull();
    assertThat(U32Packets.read(0x0800, filter("50/ffff@20 51/ffff@20")).packets()).isNull();
  }

  @Test
  void whatChangesIsRemarked() {
    assertThat(U32Packets.read(0x0800, filter("00b80000/00ff0000@0")).remarks())
        .singleElement()
        .asString()
        .contains("ECN");
    assertThat(U32Packets.read(3, filter("0a000000/ff000000@12")).remarks())
        .singleElement()
        .asString()
        .contains("IPv4");
  }
}
