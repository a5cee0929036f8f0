package dev.sluice.policy.rule;

import java.util.Comparator;

/**
 * What an address list is known by.
 *
 * @param policy the name of the policy that describes it
 * @param list what that policy calls it
 */
record ListName(String policy, String list) implements Comparable<ListName> {
  private static final Comparator<ListName> ORDER =
      Comparator.comparing(ListName::policy).thenComparing(ListName::list);

  @Override
  public int compareTo(ListName other) {
    return ORDER.compare(this, other);
  }
}
