package dev.sluice.policy.address;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.spec.AddressList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The prefixes that an {@link AddressList} stands for. */
public final class AddressLists {
  private static final Set<String> ISO = Set.of(Locale.getISOCountries());

  private AddressLists() {}

  /**
   * Reads the list's files and databases.
   *
   * @param base the folder of the policy's file
   * @return as few prefixes as can be, in order
   * @throws InvalidInput if a file cannot be read, or a country has no addresses
   */
  public static List<Prefix> resolve(AddressList list, Path base) {
    List<Prefix> all = new ArrayList<>(list.prefixes());
    for (String file : list.files()) {
      all.addAll(AddressFile.read(base.resolve(file)));
    }
    addCountries(list, base, all);
    return AddressSet.of(all).minus(AddressSet.of(list.except())).prefixes();
  }

  private static void addCountries(AddressList list, Path base, List<Prefix> all) {
    Set<String> countries = new TreeSet<>();
    for (String country : list.countries()) {
      countries.add(country.toUpperCase(Locale.ROOT));
    }
    if (countries.isEmpty()) {
      return;
    }
    if (list.databases().isEmpty()) {
      throw invalid(list, "there are countries but no databases to find their addresses in");
    }
    Set<String> missing = new HashSet<>(countries);
    for (String database : list.databases()) {
      Path file = base.resolve(database);
      if (database.endsWith(".mmdb")) {
        MaxMindCountries.read(
            file, countries, (country, prefix) -> add(country, prefix, missing, all));
      } else {
        Delegations.read(file, countries, (country, prefix) -> add(country, prefix, missing, all));
      }
    }
    for (String country : countries) {
      if (missing.contains(country)) {
        // Registries and databases know some that ISO does not, such as EU.
        throw invalid(
            list,
            ISO.contains(country)
                ? "country '%s' has no addresses in %s"
                    .formatted(country, String.join(", ", list.databases()))
                : "'%s' is no country; expected two letters of ISO 3166, such as DE"
                    .formatted(country));
      }
    }
  }

  private static void add(String country, Prefix prefix, Set<String> missing, List<Prefix> all) {
    missing.remove(country);
    all.add(prefix);
  }

  private static InvalidInput invalid(AddressList list, String problem) {
    return new InvalidInput("address list '" + list.name() + "'", 0, 0, problem);
  }
}
