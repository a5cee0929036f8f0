package dev.sluice.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
  @Test
  void theExampleOfRfc1071Holds() {
    byte[] bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");

    assertThat(InternetChecksum.of(bytes, 0, 8)).isEqualTo(~0xddf2 & 0xffff);
  }

  @Test
  void aCapturedHeaderIsRight() {
    byte[] bytes = HexFormat.of().parseHex("45000073000040004011b861c0a80001c0a800c7");

    assertThat(InternetChecksum.of(bytes, 0, 20)).isZero();
  }

  @Test
  void bytesOutsideTheArrayAreRefused() {
    assertThatThrownBy(() -> InternetChecksum.of(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static int wordByWord(byte[] bytes, int from, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      int low = i + 1 < length ? bytes[from + i + 1] & 0xff : 0;
      sum += (bytes[from + i] & 0xff) << 8 | low;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  @Property
  void sumsAreThoseOfWordsOneByOne(
      @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 7) int from) {
    int start = Math.min(from, bytes.length);

    assertThat(InternetChecksum.of(bytes, start, bytes.length - start))
        .isEqualTo(wordByWord(bytes, start, bytes.length - start));
  }

  @Property
  void anUpdateGivesWhatSummingAgainWould(
      @ForAll @Size(value = 24) byte[] bytes,
      @ForAll @IntRange(max = 9) int word,
      @ForAll int after) {
    // Never all zeros: there the two ways differ in the sign of zero.
    bytes[23] = 1;
    int before = InternetChecksum.of(bytes, 0, 24);
    int at = 2 * word;
    int old =
        (bytes[at] & 0xff) << 24
            | (bytes[at + 1] & 0xff) << 16
            | (bytes[at + 2] & 0xff) << 8
            | bytes[at + 3] & 0xff;
    Fields.put16(bytes, at, after >>> 16);
    assertThat(InternetChecksum.update(before, old >>> 16, after >>> 16))
        .isEqualTo(InternetChecksum.of(bytes, 0, 24));
    Fields.put32(bytes, at, after);

    assertThat(InternetChecksum.updateInt(before, old, after))
        .isEqualTo(InternetChecksum.of(bytes, 0, 24));
  }
}
