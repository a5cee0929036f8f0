package dev.sluice.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Addresses and their notations. */
class AddressProperties {
  @Provide
  Arbitrary<Ipv6Address> ipv6() {
    return Frames.ipv6Addresses();
  }

  @Property
  void ipv4IsReadAsItIsWritten(@ForAll int bits) {
    Ipv4Address address = new Ipv4Address(bits);

    assertThat(Ipv4Address.parse(address.toString())).isEqualTo(address);
  }

  @Property
  void ipv6IsReadAsItIsWrittenHereAndByTheJdk(@ForAll("ipv6") Ipv6Address address)
      throws UnknownHostException {
    String text = address.toString();

    assertThat(Ipv6Address.parse(text)).isEqualTo(address);
    if (InetAddress.getByName(text) instanceof Inet6Address other) {
      byte[] bytes = new byte[16];
      Fields.put64(bytes, 0, address.high());
      Fields.put64(bytes, 8, address.low());
      assertThat(other.getAddress()).isEqualTo(bytes);
      assertThat(Ipv6Address.parse(other.getHostAddress())).isEqualTo(address);
    }
  }

  @Example
  void ipv6IsWrittenAsRfc5952Asks() {
    for (String text :
        List.of(
            "::",
            "::1",
            "1::",
            "2001:db8::1",
            "2001:db8:0:1:1:1:1:1",
            "2001:0:0:1::1",
            "2001:db8::1:0:0:1",
            "::ffff:10.0.0.1",
            "1:2:3:4:5:6:7:8",
            "0:1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:0",
            "fe80::")) {
      assertThat(IpAddress.parse(text).toString()).isEqualTo(text);
    }
  }

  @Example
  void whatIsNoAddressIsRefused() {
    for (String text :
        List.of(
            "",
            "1.2.3",
            "1.2.3.4.5",
            "256.0.0.1",
            "01.2.3.4",
            "1.2.3.4 ",
            "a.b.c.d",
            ":",
            ":::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "12345::",
            "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7::8",
            "fe80::1%eth0")) {
      assertThatThrownBy(() -> IpAddress.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> MacAddress.parse("02:00:00:00:00"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void ethernetAddressesAreReadAsTheyAreWritten() {
    assertThat(MacAddress.parse("02:0A:0:00:00:ff").toString()).isEqualTo("02:0a:00:00:00:ff");
    assertThat(MacAddress.BROADCAST.isMulticast()).isTrue();
    assertThat(MacAddress.parse("02:00:00:00:00:01").isMulticast()).isFalse();
  }
}
