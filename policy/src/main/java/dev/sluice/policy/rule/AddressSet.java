package dev.sluice.policy.rule;

import dev.sluice.policy.address.Prefix;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A set of addresses. Two sets are the same if they are made of the same lists, not if lists happen
 * to hold the same: a list may change.
 *
 * @param within what is in it
 * @param without what is not, although it is within
 */
record AddressSet(Part within, Part without) {
  /** All addresses of both families. */
  static final Set<Prefix> EVERYTHING = Set.of(Prefix.four(0, 0), Prefix.six(0, 0, 0));

  /**
   * Addresses of either kind.
   *
   * @param prefixes that stay as they are
   * @param lists what is in these address lists
   */
  record Part(Set<Prefix> prefixes, Set<ListName> lists) {
    /** Copies the sets. */
    Part {
      prefixes = Set.copyOf(prefixes);
      lists = Set.copyOf(lists);
    }

    boolean isEmpty() {
      return prefixes.isEmpty() && lists.isEmpty();
    }
  }

  static AddressSet of(Collection<Prefix> within) {
    return of(within, List.of());
  }

  static AddressSet of(Collection<Prefix> within, Collection<Prefix> without) {
    return new AddressSet(
        new Part(Set.copyOf(within), Set.of()), new Part(Set.copyOf(without), Set.of()));
  }
}
