package dev.sluice.policy.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.spec.AddressList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressListsTest {
  private static final String DELEGATED =
      """
      #
      2|apnic|20260105|7|19830613|20260102|+1000
      apnic|*|asn|*|1|summary
      apnic|*|ipv4|*|4|summary
      apnic|*|ipv6|*|1|summary
      apnic|JP|asn|173|1|20020801|allocated
      apnic|JP|ipv4|192.0.2.0|256|20020801|allocated
      apnic|JP|ipv4|198.51.100.0|768|20020801|assigned|A9
      apnic|NZ|ipv4|203.0.113.0|256|20020801|allocated
      apnic|JP|ipv6|2001:db8::|33|20020801|allocated
      apnic||ipv4|100.64.0.0|1024||available
      """;

  @TempDir private Path folder;

  private static List<Prefix> prefixes(String... texts) {
    return Stream.of(texts).map(text -> Objects.requireNonNull(Prefix.parse(text))).toList();
  }

  private static AddressList countries(String database, String... countries) {
    return new AddressList(
        "far", List.of(), List.of(), List.of(countries), List.of(database), List.of());
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  @Test
  void allSourcesTogetherWithoutTheExceptions() throws IOException {
    write("office.txt", "# Ours\r\n10.0.0.0/25  # left\r\n\n10.0.0.128/25\nfd00::1\n");
    write("delegated-apnic-latest", DELEGATED);
    AddressList list =
        new AddressList(
            "mixed",
            prefixes("172.16.0.0/12"),
            List.of("office.txt"),
            List.of("NZ"),
            List.of("delegated-apnic-latest"),
            prefixes("172.24.0.0/13", "fd00::/8"));
    assertThat(AddressLists.resolve(list, folder))
        .isEqualTo(prefixes("10.0.0.0/24", "172.16.0.0/13", "203.0.113.0/24"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10.0.0.1/8 | '10.0.0.1/8' is no address or prefix",
        "10.0.0.0/33 | '10.0.0.0/33' is no address or prefix",
        "example.org | 'example.org' is no address or prefix"
      })
  void aLineThatIsNoPrefixIsNamed(String line, String problem) throws IOException {
    write("bad.txt", "# one\n10.0.0.0/8\n" + line + "\n");
    assertThatThrownBy(() -> AddressFile.read(folder.resolve("bad.txt")))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> {
              assertThat(e.line()).isEqualTo(3);
              assertThat(e.source()).isEqualTo(folder.resolve("bad.txt").toString());
              assertThat(e.problem()).startsWith(problem);
            });
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> AddressFile.read(folder.resolve("none.txt")))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(folder.resolve("none.txt") + ": cannot be read: there is no such file");
    assertThatThrownBy(() -> AddressLists.resolve(countries("none.mmdb", "DE"), folder))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(folder.resolve("none.mmdb") + ": cannot be read: there is no such file");
  }

  @Test
  void countsOfARegistryBecomePrefixes() throws IOException {
    write("delegated", DELEGATED);
    assertThat(AddressLists.resolve(countries("delegated", "jp"), folder))
        .isEqualTo(prefixes("192.0.2.0/24", "198.51.100.0/23", "198.51.102.0/24", "2001:db8::/33"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '"',
      value = {
        "x|JP|ipv4|192.0.2.0|0|2|allocated ! the count is '0'",
        "x|JP|ipv4|255.255.255.0|257|2|allocated ! the count is '257'; expected 1 to 256",
        "x|JP|ipv4|192.0.2|256|2|allocated ! '192.0.2' is no IPv4 address",
        "x|JP|ipv6|2001:db8::|129|2|allocated ! '2001:db8::' with length '129' is no IPv6 prefix",
        "x|JP|ipv5|1|1|2|allocated ! 'ipv5' is no type",
        "x|JP|ipv4|192.0.2.0 ! 'x|JP|ipv4|192.0.2.0' has 4 fields"
      })
  void aLineThatIsNoDelegationIsNamed(String line, String problem) throws IOException {
    write("delegated", DELEGATED + line + "\n");
    assertThatThrownBy(() -> AddressLists.resolve(countries("delegated", "JP"), folder))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> {
              assertThat(e.line()).isEqualTo(12);
              assertThat(e.problem()).startsWith(problem);
            });
  }

  @Test
  void aDatabaseSaysWhereNetworksAre() throws IOException {
    new MaxMindFile()
        .put("192.0.2.0/24", "DE", true)
        .put("198.51.100.0/25", "FR", true)
        .put("198.51.100.128/26", "DE", false)
        .put("2001:db8::/32", "DE", true)
        .put("2001:db9::/48", "AT", true)
        .write(folder.resolve("country.mmdb"));
    assertThat(AddressLists.resolve(countries("country.mmdb", "DE"), folder))
        .isEqualTo(prefixes("192.0.2.0/24", "198.51.100.128/26", "2001:db8::/32"));
    assertThat(AddressLists.resolve(countries("country.mmdb", "AT", "FR"), folder))
        .isEqualTo(prefixes("198.51.100.0/25", "2001:db9::/48"));
  }

  @Test
  void whatIsNoDatabaseIsRefused() throws IOException {
    write("country.mmdb", "no database at all");
    assertThatThrownBy(() -> AddressLists.resolve(countries("country.mmdb", "DE"), folder))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("country.mmdb: is no MaxMind database that can be read: ");
  }

  @Test
  void countriesWithoutAddressesAreNamed() throws IOException {
    write("delegated", DELEGATED);
    assertThatThrownBy(() -> AddressLists.resolve(countries("delegated", "JP", "FR"), folder))
        .isInstanceOf(InvalidInput.class)
        .hasMessage("address list 'far': country 'FR' has no addresses in delegated");
    assertThatThrownBy(() -> AddressLists.resolve(countries("delegated", "XQ"), folder))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "address list 'far': 'XQ' is no country; expected two letters of ISO 3166, such as DE");
    AddressList none =
        new AddressList("far", List.of(), List.of(), List.of("JP"), List.of(), List.of());
    assertThatThrownBy(() -> AddressLists.resolve(none, folder))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "address list 'far': there are countries but no databases to find their addresses in");
  }
}
