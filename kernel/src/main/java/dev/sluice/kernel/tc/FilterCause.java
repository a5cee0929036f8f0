package dev.sluice.kernel.tc;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.kernel.netlink.Ack;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Why a change to a filter was refused ({@code tc_new_tfilter}, {@code tc_del_tfilter}). */
final class FilterCause {
  private FilterCause() {}

  static @Nullable String of(Scene scene, Change.OfFilter change, Ack ack) {
    String place = place(scene, change.parent());
    if (place != null) {
      return place;
    }
    if (change.verb() == Change.Verb.ADD || change.verb() == Change.Verb.REPLACE) {
      String options = change.filter() == null ? null : options(scene, change.filter(), ack);
      if (options != null) {
        return options;
      }
    }
    return change.priority() == 0 ? null : neighbours(scene, change, ack);
  }

  /** What is wrong with the place where the filter is to be. */
  private static @Nullable String place(Scene scene, Handle parent) {
    if (parent.isUnspecified()) {
      QdiscEntry root = scene.qdiscAt(Handle.ROOT);
      return root != null && root.isDefault()
          ? "the root qdisc, " + Scene.describe(root) + ", takes no filters"
          : null;
    }
    if (parent.major() == Handle.CLSACT.major()) {
      QdiscEntry there = scene.qdiscAt(Handle.CLSACT);
      if (there == null) {
        return scene.device() + " has no clsact qdisc to hold filters";
      }
      return parent.equals(Handle.CLSACT_EGRESS) && there.qdisc().kind().equals("ingress")
          ? "the ingress qdisc holds filters for arriving packets only; clsact holds both"
          : null;
    }
    QdiscEntry qdisc = scene.qdisc(parent.qdisc());
    if (qdisc == null) {
      return scene.noQdisc(parent.qdisc());
    }
    return parent.minor() != 0
            && qdisc.qdisc().kind().equals("htb")
            && scene.trafficClass(parent) == null
        ? scene.noClass(parent)
        : null;
  }

  private static @Nullable String options(Scene scene, Filter filter, Ack ack) {
    for (Action action : filter.actions()) {
      if (action instanceof Action.Mirred mirred && scene.device(mirred.deviceIndex()) == null) {
        return "there is no device with index " + mirred.deviceIndex() + " for mirred to send to";
      }
    }
    boolean attaches =
        filter instanceof BpfFilter bpf && bpf.source() instanceof BpfFilter.Attached;
    return attaches && ack.message() == null && ack.errno() == Errno.EINVAL.number()
        ? "the program must be of type sched_cls"
        : null;
  }

  /** What other filters there are at the priority, or which priorities there are. */
  private static @Nullable String neighbours(Scene scene, Change.OfFilter change, Ack ack) {
    List<FilterEntry> entries = scene.filters(change.parent());
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
    return hasHandle && ack.errno() == Errno.EEXIST.number()
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
