package dev.sluice.policy.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.address.Prefix;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {
  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text));
  }

  @Test
  void theLongestPrefixCounts() {
    PrefixTable table = new PrefixTable();
    assertThat(table.put(prefix("0.0.0.0/0"), 1)).isZero();
    table.put(prefix("10.0.0.0/8"), 2);
    table.put(prefix("10.1.2.0/23"), 3);
    table.put(prefix("10.1.2.3"), 4);
    table.put(prefix("::/0"), 5);
    table.put(prefix("2001:db8::/33"), 6);
    table.put(prefix("2001:db8::1"), 7);
    assertThat(table.size()).isEqualTo(7);
    assertThat(table.find(prefix("9.1.2.3"))).isEqualTo(1);
    assertThat(table.find(prefix("10.1.4.0"))).isEqualTo(2);
    assertThat(table.find(prefix("10.1.3.255"))).isEqualTo(3);
    assertThat(table.find(prefix("10.1.2.3"))).isEqualTo(4);
    assertThat(table.find(prefix("2001:db8:8000::"))).isEqualTo(5);
    assertThat(table.find(prefix("2001:db8::2"))).isEqualTo(6);
    assertThat(table.find(prefix("2001:db8::1"))).isEqualTo(7);

    assertThat(table.remove(prefix("10.1.2.0/23"))).isEqualTo(3);
    assertThat(table.remove(prefix("10.1.2.0/23"))).isZero();
    assertThat(table.put(prefix("0.0.0.0/0"), 9)).isEqualTo(1);
    assertThat(table.find(prefix("10.1.3.255"))).isEqualTo(2);
    assertThat(table.find(prefix("9.1.2.3"))).isEqualTo(9);
    assertThat(table.size()).isEqualTo(6);
  }

  @Test
  void zeroIsNoValue() {
    assertThatThrownBy(() -> new PrefixTable().put(prefix("::1"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value is 1 or more: 0");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itFindsWhatThePlainestTableFinds(long seed) {
    RandomPrefixes random = new RandomPrefixes(seed);
    PrefixTable table = new PrefixTable();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 20; i++) {
        random.change(table);
      }
      for (int i = 0; i < 200; i++) {
        Prefix address = random.address();
        assertThat(table.find(address)).as("%s", address).isEqualTo(random.expected(address));
      }
      assertThat(table.size()).isEqualTo(random.values().size());
    }
  }
}
