package dev.sluice.policy.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressSetTest {
  private static List<Prefix> prefixes(String... texts) {
    return Stream.of(texts).map(text -> Objects.requireNonNull(Prefix.parse(text))).toList();
  }

  private static AddressSet set(String... texts) {
    return AddressSet.of(prefixes(texts));
  }

  @Test
  void neighboursBecomeOne() {
    assertThat(set("10.0.1.0/24", "fd00::/16", "10.0.0.0/24", "10.0.0.7", "fd01::/16").prefixes())
        .isEqualTo(prefixes("10.0.0.0/23", "fd00::/15"));
    assertThat(set("10.0.1.0/24", "10.0.2.0/24").prefixes())
        .isEqualTo(prefixes("10.0.1.0/24", "10.0.2.0/24"));
  }

  @Test
  void theWholeOfAFamily() {
    assertThat(set("128.0.0.0/1", "0.0.0.0/1", "::/1", "8000::/1").prefixes())
        .isEqualTo(prefixes("0.0.0.0/0", "::/0"));
    assertThat(set("0.0.0.0/0", "::/0").minus(set("0.0.0.0/0", "::/0")).prefixes()).isEmpty();
    assertThat(set("::/0").minus(set("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).prefixes())
        .hasSize(128)
        .startsWith(prefixes("::/1").getFirst())
        .endsWith(prefixes("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe").getFirst());
  }

  @Test
  void whatIsTakenOutSplits() {
    assertThat(set("192.0.2.0/30").minus(set("192.0.2.1")).prefixes())
        .isEqualTo(prefixes("192.0.2.0", "192.0.2.2/31"));
    assertThat(set("192.0.2.0/24").minus(set("192.0.0.0/16")).prefixes()).isEmpty();
    assertThat(set("192.0.2.0/24").minus(set("::/0", "10.0.0.0/8")).prefixes())
        .isEqualTo(prefixes("192.0.2.0/24"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itIsAsBitByBit(boolean six) {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      BitSet all = new BitSet();
      BitSet except = new BitSet();
      List<Prefix> some = random(random, six, all);
      List<Prefix> others = random(random, six, except);
      all.andNot(except);
      List<Prefix> left = AddressSet.of(some).minus(AddressSet.of(others)).prefixes();
      BitSet found = new BitSet();
      left.forEach(prefix -> bits(prefix, found));
      assertThat(found).isEqualTo(all);
      assertThat(left).isSorted().hasSize(fewest(all));
    }
  }

  /** How many prefixes there have to be: a block that is whole is one, of others each half. */
  private static int fewest(BitSet bits) {
    return fewest(bits, 0, 256);
  }

  private static int fewest(BitSet bits, int from, int size) {
    int set = bits.get(from, from + size).cardinality();
    if (set == 0 || set == size) {
      return set == 0 ? 0 : 1;
    }
    return fewest(bits, from, size / 2) + fewest(bits, from + size / 2, size / 2);
  }

  private static List<Prefix> random(Random random, boolean six, BitSet bits) {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      int octet = random.nextInt(256);
      int length = 1 + random.nextInt(8);
      // Across the border between the halves, or at the end of all addresses.
      Prefix prefix =
          six
              ? Prefix.six(~0xfL | octet >>> 4, (long) octet << 60, 60 + length)
              : Prefix.four(0xffff_ff00 | octet, 24 + length);
      prefixes.add(prefix);
      bits(prefix, bits);
    }
    return prefixes;
  }

  private static void bits(Prefix prefix, BitSet bits) {
    int octet =
        prefix.six()
            ? (int) (prefix.high() & 0xf) << 4 | (int) (prefix.low() >>> 60)
            : prefix.address4() & 0xff;
    int length = prefix.length() - (prefix.six() ? 60 : 24);
    bits.set(octet, octet + (256 >>> length));
  }
}
