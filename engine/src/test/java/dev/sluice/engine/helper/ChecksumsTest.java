package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
  private static final int IP_CHECKSUM = 24;
  private final Bench bench = Bench.ipv4();

  /** The sum over the IPv4 header of the packet: 0 where its checksum is right. */
  private int ipChecksum() {
    return InternetSum.fold(
        InternetSum.of(bench.packet().bytes, bench.packet().networkHeader, 20, 0));
  }

  @Test
  void anIpChecksumStaysRightWhenAnAddressIsReplaced() {
    assertThat(ipChecksum()).isZero();
    long from = 0x0100000a;
    long to = 0x0907060a;
    long address = bench.stack(0, "0a060709");

    bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 26, address, 4, 0);
    assertThat(ipChecksum()).isNotZero();
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, IP_CHECKSUM, from, to, 4))
        .isZero();
    assertThat(ipChecksum()).isZero();
  }

  @Test
  void anIpChecksumStaysRightByADifference() {
    long old = bench.stack(0, "0a000001");
    long now = bench.stack(4, "0a060709");
    long difference = bench.call(HelperFunction.CSUM_DIFF, old, 4, now, 4, 0);

    bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 26, now, 4, 0);
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, IP_CHECKSUM, 0, difference, 0))
        .isZero();
    assertThat(ipChecksum()).isZero();
  }

  @Test
  void argumentsOfReplacementsAreChecked() {
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, 25, 0, 0, 2)).isEqualTo(-14);
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, 60, 0, 0, 2)).isEqualTo(-14);
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, 24, 0, 0, 3)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, 24, 0, 0, 16)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, 24, 1, 0, 0)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.L4_CSUM_REPLACE, CONTEXT, 50, 0, 0, 256)).isEqualTo(-22);
  }

  @Test
  void aChecksumOfZeroIsLeftAloneOnRequest() {
    int checksum = 50;
    String before = bench.bytes();

    assertThat(bench.call(HelperFunction.L4_CSUM_REPLACE, CONTEXT, checksum, 1, 2, 4 | 0x20))
        .isZero();
    assertThat(bench.bytes()).isEqualTo(before);
    assertThat(bench.call(HelperFunction.L4_CSUM_REPLACE, CONTEXT, checksum, 1, 2, 4 | 0x20 | 0x40))
        .isZero();
    assertThat(bench.bytes()).isNotEqualTo(before);
  }

  @Test
  void differencesTellNothingFromAllOnes() {
    long zeros = bench.stack(0, "00000000");
    long ones = bench.stack(8, "ffffffff");

    assertThat(bench.call(HelperFunction.CSUM_DIFF, 0, 0, zeros, 4, 0)).isZero();
    assertThat(bench.call(HelperFunction.CSUM_DIFF, 0, 0, ones, 4, 0)).isEqualTo(0xffff);
    assertThat(bench.call(HelperFunction.CSUM_DIFF, zeros, 4, zeros, 4, 0)).isEqualTo(0xffff);
    assertThat(bench.call(HelperFunction.CSUM_DIFF, 0, 0, 0, 0, 0x1_2345)).isEqualTo(0x2346);
  }

  @Test
  void levelsCountUpAndDown() {
    assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 0)).isEqualTo(-13);
    for (int i = 0; i < 6; i++) {
      assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 1)).isZero();
    }
    assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 0)).isEqualTo(3);
    bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 2);
    assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 0)).isEqualTo(2);
    bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 3);
    assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 0)).isEqualTo(-13);
    assertThat(bench.call(HelperFunction.CSUM_LEVEL, CONTEXT, 4)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.CSUM_UPDATE, CONTEXT, 4)).isEqualTo(-524);
  }

  @Test
  void congestionIsMarkedWhereTheSenderCanTakeIt() {
    assertThat(bench.call(HelperFunction.SKB_ECN_SET_CE, CONTEXT)).isZero();
    int tos = bench.packet().networkHeader + 1;
    bench.packet().bytes[tos] = 2;
    bench.call(HelperFunction.L3_CSUM_REPLACE, CONTEXT, IP_CHECKSUM, 0x0045, 0x0245, 2);
    assertThat(ipChecksum()).isZero();

    assertThat(bench.call(HelperFunction.SKB_ECN_SET_CE, CONTEXT)).isEqualTo(1);
    assertThat(bench.packet().bytes[tos]).isEqualTo((byte) 3);
    assertThat(ipChecksum()).isZero();
    assertThat(bench.call(HelperFunction.SKB_ECN_SET_CE, CONTEXT)).isEqualTo(1);
  }

  @Test
  void congestionIsMarkedInIpv6() {
    Bench ipv6 = Bench.ipv6();
    assertThat(ipv6.call(HelperFunction.SKB_ECN_SET_CE, CONTEXT)).isZero();
    ipv6.packet().bytes[ipv6.packet().networkHeader + 1] = 0x10;

    assertThat(ipv6.call(HelperFunction.SKB_ECN_SET_CE, CONTEXT)).isEqualTo(1);
    assertThat(ipv6.bytes().substring(28, 32)).isEqualTo("6030");
  }
}
