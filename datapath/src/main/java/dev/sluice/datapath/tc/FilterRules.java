package dev.sluice.datapath.tc;

import dev.sluice.datapath.Errno;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says why a change to a filter was refused ({@code tc_new_tfilter}, {@code tc_del_tfilter}). */
public final class FilterRules {
  private FilterRules() {}

  /**
   * What other filters there are at the priority, or which priorities there are.
   *
   * @param entries the filters at the change's parent, heads included
   * @param change the change that was refused
   * @param errno with which number; null for one without a name
   * @return null where none of them explains it
   */
  public static @Nullable String ofNeighbours(
      List<FilterEntry> entries, Change.OfFilter change, @Nullable Errno errno) {
    if (change.priority() == 0) {
      return null;
    }
    TreeSet<Integer> priorities = new TreeSet<>();
    boolean hasHandle = false;
    FilterEntry same = null;
    for (FilterEntry entry : entries) {
      if (!sameChain(entry.chain(), change.chain())) {
        continue;
      }
      priorities.add(entry.priority());
      if (entry.priority() == change.priority()) {
        same = same == null ? entry : same;
        hasHandle |= entry.handle() == change.handle();
      }
    }
    boolean wantsExisting =
        change.verb() == Change.Verb.CHANGE || change.verb() == Change.Verb.DELETE;
    if (same == null) {
      return wantsExisting
          ? "there are no filters of priority "
              + change.priority()
              + " at "
              + change.parent()
              + (priorities.isEmpty() ? "" : "; there are of " + priorities)
          : null;
    }
    boolean otherKind = change.kind() != null && !change.kind().equals(same.kind());
    boolean otherProtocol = change.protocol() != 0 && change.protocol() != same.protocol();
    if (otherKind || otherProtocol) {
      return "priority "
          + change.priority()
          + " at "
          + change.parent()
          + " has filters of kind "
          + same.kind()
          + " for protocol 0x"
          + Integer.toHexString(same.protocol());
    }
    if (wantsExisting && change.handle() != 0 && !hasHandle) {
      return "priority " + change.priority() + " has no filter " + hex(change.handle());
    }
    return hasHandle && errno == Errno.EEXIST
        ? "priority " + change.priority() + " has a filter " + hex(change.handle())
        : null;
  }

  private static String hex(int handle) {
    return "0x" + Integer.toHexString(handle);
  }

  private static boolean sameChain(@Nullable Integer one, @Nullable Integer other) {
    return (one == null ? 0 : one) == (other == null ? 0 : (int) other);
  }
}
