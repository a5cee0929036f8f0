package dev.sluice.engine.helper;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class InternetSumProperties {
  @Property
  void aReplacedWordGivesTheChecksumOfTheNewBytes(
      @ForAll @Size(24) byte[] bytes, @ForAll @IntRange(max = 5) int word, @ForAll int value) {
    bytes[0] = 1; // Without a byte that stays, a sum of 0 has two forms.
    int at = 4 * word;
    int checksum = InternetSum.fold(InternetSum.of(bytes, 0, bytes.length, 0));
    int from = PacketFacts.readInt(bytes, at);
    PacketFacts.writeInt(bytes, at, value);
    bytes[0] |= 1;
    int to = PacketFacts.readInt(bytes, at);

    assertThat(InternetSum.replace4(checksum, from, to))
        .isEqualTo(InternetSum.fold(InternetSum.of(bytes, 0, bytes.length, 0)));
  }

  @Property
  void aSumIsTheSameInPieces(@ForAll @Size(40) byte[] bytes, @ForAll @IntRange(max = 10) int cut) {
    int at = 4 * cut;
    int first = InternetSum.of(bytes, 0, at, 0);

    assertThat(InternetSum.of(bytes, at, bytes.length - at, first))
        .isEqualTo(InternetSum.of(bytes, 0, bytes.length, 0));
  }

  @Property
  void addingAndSubtractingCancelOut(@ForAll int one, @ForAll int other) {
    int back = InternetSum.subtract(InternetSum.add(one, other), other);

    assertThat(Integer.remainderUnsigned(back, -1)).isEqualTo(Integer.remainderUnsigned(one, -1));
  }
}
