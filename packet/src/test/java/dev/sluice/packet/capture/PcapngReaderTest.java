package dev.sluice.packet.capture;

import static dev.sluice.packet.capture.CaptureBytes.read;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.packet.capture.CaptureBytes.Read;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcapngReaderTest {
  private static final int INTERFACE = 1;
  private static final int PACKET = 2;
  private static final int SIMPLE = 3;
  private static final int NAMES = 4;
  private static final int ENHANCED = 6;
  private static final int CUSTOM = 0x4000_0bad;
  private static final byte[] THREE = {1, 2, 3};

  private static CaptureBytes start(ByteOrder order) {
    CaptureBytes file = new CaptureBytes(order);
    return file.section();
  }

  @Test
  void blocksOfEveryKindInSectionsOfBothByteOrdersAreRead() {
    CaptureBytes first = start(BIG_ENDIAN);
    first
        .block(INTERFACE, first.two(1, 0), 0, first.two(2, 4), "eth0", 0)
        .block(NAMES, 0)
        .block(INTERFACE, first.two(101, 0), 0, first.two(9, 1), first.four(9, 0, 0, 0))
        .block(ENHANCED, 1, 0, 77, 3, 60, THREE)
        .block(PACKET, first.two(0, 5), 0, 8, 3, 3, THREE)
        .block(SIMPLE, 3, THREE)
        .block(CUSTOM, 32473, "what ever");
    CaptureBytes second = start(LITTLE_ENDIAN);
    second
        .block(INTERFACE, second.two(113, 0), 2)
        .block(
            ENHANCED,
            0,
            1,
            0,
            3,
            3,
            THREE,
            second.two(1, 5),
            "first",
            second.two(2, 4),
            0,
            second.two(1, 6),
            "second",
            0,
            second.two(1, 4),
            "past")
        .block(SIMPLE, 3, new byte[] {1, 2});

    byte[] one = first.toArray();
    byte[] both = Arrays.copyOf(one, one.length + second.toArray().length);
    System.arraycopy(second.toArray(), 0, both, one.length, second.toArray().length);

    assertThat(read(both))
        .containsExactly(
            new Read(77, 101, "", "010203", 60, List.of()),
            new Read(8000, 1, "eth0", "010203", 3, List.of()),
            new Read(0, 1, "eth0", "010203", 3, List.of()),
            new Read((1L << 32) * 1000, 113, "", "010203", 3, List.of("first", "second")),
            new Read(0, 113, "", "0102", 3, List.of()));
  }

  private static long time(int resolution, long offset, int high, int low) {
    CaptureBytes file = start(LITTLE_ENDIAN);
    file.block(
            INTERFACE,
            1,
            0,
            file.two(9, 1),
            file.four(resolution, 0, 0, 0),
            file.two(14, 8),
            (int) offset,
            (int) (offset >>> 32),
            0)
        .block(ENHANCED, 0, high, low, 0, 0);
    return read(file.toArray()).getFirst().timestamp();
  }

  @Test
  void timesAreExactInAnyResolution() {
    assertThat(time(0, 0, 0, 5)).isEqualTo(5_000_000_000L);
    assertThat(time(3, 0, 0, 1500)).isEqualTo(1_500_000_000L);
    assertThat(time(9, 0, 0x17a0_0000, 1)).isEqualTo(0x17a0_0000L << 32 | 1);
    assertThat(time(12, 0, 0, 1999)).isEqualTo(1);
    assertThat(time(28, 0, -1, -1)).isEqualTo(1);
    assertThat(time(127, 0, -1, -1)).isZero();
    assertThat(time(0x80, 0, 0, 2)).isEqualTo(2_000_000_000L);
    // 1.7e9 seconds in units of 2⁻³⁰: more digits than a double has.
    long units = (1_700_000_000L << 30) + 1;
    assertThat(time(0x80 | 30, 0, (int) (units >>> 32), (int) units))
        .isEqualTo(1_700_000_000_000_000_000L);
    assertThat(time(0x80 | 64, 0, 0x8000_0000, 0)).isEqualTo(500_000_000L);
    assertThat(time(0x80 | 127, 0, -1, -1)).isZero();
    assertThat(time(6, 1_700_000_000L, 0, 3)).isEqualTo(1_700_000_000_000_003_000L);
    assertThat(time(6, -1, 0, 3)).isEqualTo(-999_997_000L);
  }

  @Test
  void timesOutOfRangeAreRefused() {
    for (int resolution : List.of(0, 6, 9, 0x80, 0x80 | 20)) {
      assertThatThrownBy(() -> time(resolution, 0, -1, -1))
          .isInstanceOf(CaptureException.class)
          .hasMessageContaining("within 292 years of 1970, found 18446744073709551615 units");
    }
    assertThatThrownBy(() -> time(6, Long.MAX_VALUE, 0, 0)).isInstanceOf(CaptureException.class);
  }

  @Test
  void damagedBlocksAreRefused() {
    CaptureBytes any = new CaptureBytes(LITTLE_ENDIAN);
    assertRefused(
        start(LITTLE_ENDIAN).block(ENHANCED, 0, 0, 0, 0, 0),
        "the packet is of interface 0, and the section has 0");
    assertRefused(
        start(LITTLE_ENDIAN).block(INTERFACE, 1, 0).block(ENHANCED, -1, 0, 0, 0, 0),
        "the packet is of interface 4294967295, and the section has 1");
    assertRefused(
        start(LITTLE_ENDIAN).block(INTERFACE, 1, 0).block(ENHANCED, 0, 0, 0, 9, 9, THREE),
        "a packet of 9 bytes reaches over its block of 24");
    assertRefused(
        start(LITTLE_ENDIAN).block(INTERFACE, 1, 0).block(ENHANCED, 0, 0, 0, 0xffff_fffd, 9),
        "a packet of 4294967293 bytes reaches over its block of 20");
    assertRefused(
        start(LITTLE_ENDIAN)
            .block(INTERFACE, 1, 0)
            .block(ENHANCED, 0, 0, 0, 0, 0, any.two(1, 9), "short"),
        "in a packet's options, option 1 of 9 bytes reaches over its block");
    assertRefused(
        start(LITTLE_ENDIAN).block(INTERFACE, 1), "expected an interface block of 8 bytes or more");
    assertRefused(
        start(LITTLE_ENDIAN).block(INTERFACE, 1, 0, any.two(9, 0), 0),
        "expected if_tsresol of 1 bytes, found 0");
    assertRefused(start(LITTLE_ENDIAN).block(SIMPLE, 0), "the section has 0");
    assertRefused(new CaptureBytes(BIG_ENDIAN).block(0x0a0d0d0a, 5, 1, 1, 1), "found 00000005");
  }

  private static void assertRefused(CaptureBytes file, String why) {
    assertThatThrownBy(() -> read(file.toArray()))
        .isInstanceOf(CaptureException.class)
        .hasMessageContaining(why);
  }

  @Test
  void blockLengthsThatCannotBeAreRefused() {
    byte[] section = start(LITTLE_ENDIAN).block(CUSTOM).toArray();
    int at = section.length - 8;
    for (int length : List.of(0, 8, 13, 0x7fff_fffc, 0xffff_fffc)) {
      byte[] file = section.clone();
      file[at] = (byte) length;
      file[at + 1] = (byte) (length >>> 8);
      file[at + 2] = (byte) (length >>> 16);
      file[at + 3] = (byte) (length >>> 24);
      assertThatThrownBy(() -> read(file))
          .isInstanceOf(CaptureException.class)
          .hasMessageContaining("found " + Integer.toUnsignedString(length));
    }
    byte[] trailer = section.clone();
    trailer[trailer.length - 4]++;
    assertThatThrownBy(() -> read(trailer))
        .hasMessageContaining("expected the block's length 12 at its end, found 13");
  }
}
