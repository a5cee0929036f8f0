package dev.sluice.policy.table;

import dev.sluice.policy.address.Prefix;
import java.util.HashMap;
import java.util.Map;

/**
 * Prefixes of both families and their values. Not for several threads.
 *
 * <p>A value is 1 to 2³¹ − 1: 0 says that nothing was found.
 */
public final class PrefixTable {
  private final Family four = new Family();
  private final Family six = new Family();
  private final Map<Addresses.Address6, Integer> exact = new HashMap<>();

  /** Single IPv6 addresses that changed, with what they are now; 0 for none. */
  private Map<Addresses.Address6, Integer> dirtyExact = new HashMap<>();

  private int size;

  /**
   * Sets the value of a prefix.
   *
   * @return what it was; 0 if it was not there
   */
  public int put(Prefix prefix, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("a value is 1 or more: " + value);
    }
    int old = isExact(prefix) ? putExact(prefix, value) : family(prefix).put(prefix, value);
    size += old == 0 ? 1 : 0;
    return old;
  }

  /**
   * Removes a prefix.
   *
   * @return its value; 0 if it was not there
   */
  public int remove(Prefix prefix) {
    int old = isExact(prefix) ? removeExact(prefix) : family(prefix).remove(prefix);
    size -= old == 0 ? 0 : 1;
    return old;
  }

  /** The value of the longest prefix that an address is in; 0 if it is in none. */
  public int find(Prefix address) {
    if (!address.isAddress()) {
      throw new IllegalArgumentException("not one address: " + address);
    }
    Integer value = address.six() ? exact.get(key(address)) : null;
    return value == null ? family(address).find(address) : value;
  }

  /** How many prefixes there are. */
  public int size() {
    return size;
  }

  Family four() {
    return four;
  }

  Family six() {
    return six;
  }

  int exactSize() {
    return exact.size();
  }

  /** Nothing is in the maps. */
  void markAll() {
    four.markAll();
    six.markAll();
    dirtyExact = new HashMap<>(exact);
  }

  Map<Addresses.Address6, Integer> takeDirtyExact() {
    Map<Addresses.Address6, Integer> dirty = dirtyExact;
    dirtyExact = new HashMap<>();
    return dirty;
  }

  private Family family(Prefix prefix) {
    return prefix.six() ? six : four;
  }

  private static boolean isExact(Prefix prefix) {
    return prefix.six() && prefix.isAddress();
  }

  private static Addresses.Address6 key(Prefix address) {
    return new Addresses.Address6(address.high(), address.low());
  }

  private int putExact(Prefix address, int value) {
    Integer old = exact.put(key(address), value);
    if (old == null || old != value) {
      dirtyExact.put(key(address), value);
    }
    if (old == null) {
      six.countExact(address, 1);
    }
    return old == null ? 0 : old;
  }

  private int removeExact(Prefix address) {
    Integer old = exact.remove(key(address));
    if (old == null) {
      return 0;
    }
    dirtyExact.put(key(address), 0);
    six.countExact(address, -1);
    return old;
  }
}
