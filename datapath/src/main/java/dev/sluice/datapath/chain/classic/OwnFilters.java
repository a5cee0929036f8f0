package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clsact filters that links of a datapath own. The kernel does not know of them, so that only
 * this process can tell them from bare ones.
 */
final class OwnFilters {
  private record Key(int deviceIndex, boolean ingress, ChainEntry.Place place) {
    static Key of(AttachPoint.AtDevice at, ChainEntry.Place place) {
      boolean ingress =
          switch (at.direction()) {
            case INGRESS -> true;
            case EGRESS -> false;
          };
      return new Key(at.device().index(), ingress, place);
    }
  }

  private final Set<Key> owned = ConcurrentHashMap.newKeySet();

  void add(AttachPoint.AtDevice at, ChainEntry.Place place) {
    owned.add(Key.of(at, place));
  }

  void remove(AttachPoint.AtDevice at, ChainEntry.Place place) {
    owned.remove(Key.of(at, place));
  }

  boolean contains(AttachPoint.AtDevice at, ChainEntry.Place place) {
    return owned.contains(Key.of(at, place));
  }
}
