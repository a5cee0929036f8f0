package dev.sluice.datapath.cause;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterRules;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Why a change to a filter was refused ({@code tc_new_tfilter}, {@code tc_del_tfilter}). */
public final class FilterCause {
  private FilterCause() {}

  /**
   * The cause in words, as far as what is there shows it.
   *
   * @param errno the error number of the refusal, positive
   * @param kernelText the kernel's own words; null for none
   * @param deviceExists whether there is a device with an index
   * @return null where nothing more can be said
   */
  public static @Nullable String of(
      Scene scene,
      Change.OfFilter change,
      int errno,
      @Nullable String kernelText,
      IntPredicate deviceExists) {
    String place = place(scene, change.parent());
    if (place != null) {
      return place;
    }
    if (change.verb() == Change.Verb.ADD || change.verb() == Change.Verb.REPLACE) {
      String options =
          change.filter() == null
              ? null
              : options(change.filter(), errno, kernelText, deviceExists);
      if (options != null) {
        return options;
      }
    }
    return change.priority() == 0
        ? null
        : FilterRules.ofNeighbours(scene.filters(change.parent()), change, Errno.of(errno));
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

  private static @Nullable String options(
      Filter filter, int errno, @Nullable String kernelText, IntPredicate deviceExists) {
    for (Action action : filter.actions()) {
      if (action instanceof Action.Mirred mirred && !deviceExists.test(mirred.deviceIndex())) {
        return "there is no device with index " + mirred.deviceIndex() + " for mirred to send to";
      }
    }
    boolean attaches =
        filter instanceof BpfFilter bpf && bpf.source() instanceof BpfFilter.Attached;
    return attaches && kernelText == null && errno == Errno.EINVAL.number()
        ? "the program must be of type sched_cls"
        : null;
  }
}
