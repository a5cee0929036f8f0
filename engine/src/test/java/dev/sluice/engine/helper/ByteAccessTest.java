package dev.sluice.engine.helper;

import static dev.sluice.engine.helper.Bench.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Fault;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ByteAccessTest {
  private final Bench bench = Bench.ipv4();

  @Test
  void bytesAreLoaded() {
    long to = bench.stack(0, new byte[4]);

    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 26, to, 4)).isZero();
    assertThat(bench.stackBytes(0, 4)).isEqualTo("0a000001");
  }

  @Test
  void whatIsNotInThePacketIsZeroed() {
    long to = bench.stack(0, "ffffffffff");

    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 58, to, 4)).isEqualTo(-14);
    assertThat(bench.stackBytes(0, 5)).isEqualTo("00000000ff");
    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, -1, to, 4)).isEqualTo(-14);
  }

  @Test
  void bytesThatAreNotHeldCannotBeLoadedOrPulled() {
    bench.fill(HexFormat.of().parseHex(Bench.IPV4.substring(0, 80)), 1500);
    long to = bench.stack(0, new byte[4]);

    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 36, to, 4)).isZero();
    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 37, to, 4)).isEqualTo(-14);
    assertThat(bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 37, to, 4, 0)).isEqualTo(-14);
    assertThat(bench.call(HelperFunction.SKB_PULL_DATA, CONTEXT, 40)).isZero();
    assertThat(bench.call(HelperFunction.SKB_PULL_DATA, CONTEXT, 41)).isEqualTo(-12);
    assertThat(bench.call(HelperFunction.SKB_PULL_DATA, CONTEXT, 0)).isZero();
  }

  @Test
  void offsetsMayCountFromTheNetworkHeader() {
    long to = bench.stack(0, new byte[4]);

    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES_RELATIVE, CONTEXT, 12, to, 4, 1)).isZero();
    assertThat(bench.stackBytes(0, 4)).isEqualTo("0a000001");
    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES_RELATIVE, CONTEXT, 12, to, 2, 0)).isZero();
    assertThat(bench.stackBytes(0, 2)).isEqualTo("0800");
    assertThat(bench.call(HelperFunction.SKB_LOAD_BYTES_RELATIVE, CONTEXT, 0, to, 2, 2))
        .isEqualTo(-14);
  }

  @Test
  void bytesAreStored() {
    long from = bench.stack(0, "aabb");
    bench.packet().hash = 5;

    assertThat(bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 0, from, 2, 0)).isZero();
    assertThat(bench.bytes()).startsWith("aabb0000");
    assertThat(bench.packet().hash).isEqualTo(5);
    assertThat(bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 0, from, 2, 2)).isZero();
    assertThat(bench.packet().hash).isZero();
    assertThat(bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 0, from, 2, 4)).isEqualTo(-22);
  }

  @Test
  void memoryOutsideOfARegionIsAFault() {
    long beyond = Address.of(Address.STACK, 510);

    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 0, beyond, 4));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> bench.call(HelperFunction.SKB_STORE_BYTES, CONTEXT, 0, beyond, 4, 0));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 0, beyond, -1));
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> bench.call(HelperFunction.SKB_LOAD_BYTES, CONTEXT, 0, 77, 4));
  }

  @Test
  void xdpProgramsLoadAndStore() {
    Bench xdp = Bench.xdp();
    long memory = xdp.stack(0, "0000");

    assertThat(xdp.call(HelperFunction.XDP_GET_BUFF_LEN, CONTEXT)).isEqualTo(60);
    assertThat(xdp.call(HelperFunction.XDP_LOAD_BYTES, CONTEXT, 12, memory, 2)).isZero();
    assertThat(xdp.stackBytes(0, 2)).isEqualTo("0800");
    assertThat(xdp.call(HelperFunction.XDP_STORE_BYTES, CONTEXT, 0, memory, 2)).isZero();
    assertThat(xdp.bytes()).startsWith("0800");
    assertThat(xdp.call(HelperFunction.XDP_LOAD_BYTES, CONTEXT, 59, memory, 2)).isEqualTo(-22);
    assertThat(xdp.call(HelperFunction.XDP_LOAD_BYTES, CONTEXT, 0x10000, memory, 2)).isEqualTo(-14);
  }
}
