package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * A set of addresses.
 *
 * @param within the prefixes that are in it
 * @param without prefixes that are not, although they are in one of those
 */
record AddressSet(Set<Prefix> within, Set<Prefix> without) {
  /** All addresses of both families. */
  static final Set<Prefix> EVERYTHING = Set.of(Prefix.four(0, 0), Prefix.six(0, 0, 0));

  /** Copies the sets. */
  AddressSet {
    within = Set.copyOf(within);
    without = Set.copyOf(without);
  }

  static AddressSet of(Collection<Prefix> within) {
    return new AddressSet(new HashSet<>(within), Set.of());
  }

  static AddressSet of(Collection<Prefix> within, Collection<Prefix> without) {
    return new AddressSet(new HashSet<>(within), new HashSet<>(without));
  }
}
