package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.HelperFunction;
import org.junit.jupiter.api.Test;

class PacketFactsTest {
  private final Bench bench = Bench.ipv4();

  @Test
  void aHashIsComputedOnceAndKept() {
    long hash = bench.call(HelperFunction.GET_HASH_RECALC, CONTEXT);

    assertThat(hash).isPositive().isEqualTo(bench.packet().hash & 0xffff_ffffL);
    bench.packet().bytes[bench.packet().networkHeader + 12] = 99;
    assertThat(bench.call(HelperFunction.GET_HASH_RECALC, CONTEXT)).isEqualTo(hash);
    bench.call(HelperFunction.SET_HASH_INVALID, CONTEXT);
    assertThat(bench.call(HelperFunction.GET_HASH_RECALC, CONTEXT)).isNotEqualTo(hash);
  }

  @Test
  void aHashThatWasSetIsKeptEvenIfItIsZero() {
    bench.call(HelperFunction.SET_HASH, CONTEXT, 0);
    assertThat(bench.call(HelperFunction.GET_HASH_RECALC, CONTEXT)).isZero();
    bench.call(HelperFunction.SET_HASH, CONTEXT, -1);
    assertThat(bench.call(HelperFunction.GET_HASH_RECALC, CONTEXT)).isEqualTo(0xffff_ffffL);
  }

  @Test
  void timestampsHaveAClock() {
    assertThat(bench.call(HelperFunction.SKB_SET_TSTAMP, CONTEXT, 99, 1)).isZero();
    assertThat(bench.packet().timestamp).isEqualTo(99);
    assertThat(bench.packet().timestampType).isEqualTo(1);
    assertThat(bench.call(HelperFunction.SKB_SET_TSTAMP, CONTEXT, 0, 1)).isEqualTo(-22);
    assertThat(bench.call(HelperFunction.SKB_SET_TSTAMP, CONTEXT, 7, 3)).isEqualTo(-22);
    bench.packet().protocol = 0x0806;
    assertThat(bench.call(HelperFunction.SKB_SET_TSTAMP, CONTEXT, 7, 0)).isEqualTo(-95);
    assertThat(bench.packet().timestamp).isEqualTo(99);
  }

  @Test
  void theMtuIsComparedWithTheLengthBehindTheEthernetHeader() {
    long length = bench.stack(0, "00000000");

    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 0, length, 0, 0)).isZero();
    assertThat(bench.stackBytes(0, 4)).isEqualTo("dc050000");
    bench.stack(0, "00000000");
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 1454, 0)).isZero();
    bench.stack(0, "00000000");
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 1455, 0)).isEqualTo(1);
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 4, length, 0, 0)).isEqualTo(-19);
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 0, 2)).isEqualTo(-22);
  }

  @Test
  void segmentsAreCheckedOnRequest() {
    bench.packet().length = 3000;
    bench.packet().segmentSize = 1460;
    long length = bench.stack(0, "00000000");

    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 0, 1)).isZero();
    bench.packet().segmentSize = 1461;
    bench.stack(0, "00000000");
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 0, 1)).isEqualTo(2);
    bench.stack(0, "00000000");
    assertThat(bench.call(HelperFunction.CHECK_MTU, CONTEXT, 3, length, 0, 0)).isZero();
  }

  @Test
  void packetsHaveTheirSendersClassAndNoSocket() {
    bench.packet().cgroupClassId = 0x10_0001;

    assertThat(bench.call(HelperFunction.GET_CGROUP_CLASSID, CONTEXT)).isEqualTo(0x10_0001);
    assertThat(bench.call(HelperFunction.SKB_CGROUP_CLASSID, CONTEXT)).isEqualTo(0x10_0001);
    assertThat(bench.call(HelperFunction.GET_SOCKET_COOKIE, CONTEXT)).isZero();
    assertThat(bench.call(HelperFunction.GET_SOCKET_UID, CONTEXT)).isEqualTo(65_534);
  }
}
