package dev.sluice.policy.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "192.168.1.100, 192.168.1.100",
    "192.168.1.100/32, 192.168.1.100",
    "0.0.0.0/0, 0.0.0.0/0",
    "::/0, ::/0",
    "::1, ::1",
    "fd00::/8, fd00::/8",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::a, 2001:db8::a",
    "::ffff:1.2.3.4, ::ffff:102:304",
    "1:2:3:4:5:6:7:8/128, 1:2:3:4:5:6:7:8",
    "1:0:3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
    "1::, 1::",
  })
  void readsAndPrints(String text, String printed) {
    assertThat(Prefix.parse(text)).isNotNull().hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0.0/",
        "10.0.0.0/08",
        "010.0.0.1",
        "-1.0.0.0",
        "10.0.0.0/+8",
        "1:2:3",
        "::/129",
        "1::2::3",
        "12345::",
        "fd00::1/8",
        ":::",
        "1:2:3:4:5:6:7:8:9",
        "::1.2.3",
        "10.0.0.0 /8",
        "\u0661.0.0.0"
      })
  void refusesWhatIsNone(String text) {
    assertThat(Prefix.parse(text)).isNull();
  }

  @Test
  void readsAddressesAsTheJdkDoes() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      // Many zeros, for gaps of all kinds.
      long high = random.nextLong() & random.nextLong() & random.nextLong();
      long low = random.nextLong() & random.nextLong() & random.nextLong() & random.nextLong();
      high &= random.nextBoolean() ? 0xffff_0000_ffffL : -1;
      Prefix prefix = Prefix.six(high, low, 128);
      ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(prefix.toString()).getAddress());
      if (bytes.capacity() == 16) {
        assertThat(bytes.getLong()).isEqualTo(high);
        assertThat(bytes.getLong()).isEqualTo(low);
      }
      assertThat(Prefix.parse(prefix.toString())).isEqualTo(prefix);
    }
  }

  @Test
  void containsWhatBeginsWithItsBits() {
    Prefix ten = Prefix.four(0x0a00_0000, 8);
    assertThat(ten.contains(Prefix.four(0x0aff_0000, 16))).isTrue();
    assertThat(ten.contains(ten)).isTrue();
    assertThat(ten.contains(Prefix.four(0, 0))).isFalse();
    assertThat(ten.contains(Prefix.four(0x0b00_0000, 32))).isFalse();
    assertThat(Prefix.six(0, 0, 0).contains(ten)).isFalse();
  }
}
