package dev.sluice.policy.spec;

import dev.sluice.policy.address.Prefix;
import java.util.List;

/** A named set of addresses. */
@Doc(
    "A named set of addresses: prefixes, those of files and those of countries together, without"
        + " those of `except`.")
public record AddressList(
    @Doc("What rules call it.") String name,
    @Doc("Addresses and prefixes, IPv4 and IPv6.") List<Prefix> prefixes,
    @Doc(
            "Files with an address or prefix a line; `#` begins a comment. Relative to the policy's"
                + " file.")
        List<String> files,
    @Doc("Countries, in two letters (ISO 3166).") List<String> countries,
    @Doc(
            "Where addresses of countries stand: a MaxMind database (.mmdb), or a registry's"
                + " delegation file (`delegated-apnic-latest`). Relative to the policy's file.")
        List<String> databases,
    @Doc("Addresses and prefixes that do not belong to it.") List<Prefix> except) {
  /** Copies the lists. */
  public AddressList {
    prefixes = List.copyOf(prefixes);
    files = List.copyOf(files);
    countries = List.copyOf(countries);
    databases = List.copyOf(databases);
    except = List.copyOf(except);
  }
}
