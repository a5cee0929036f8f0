package dev.sluice.policy.queue;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficClass;
import dev.sluice.policy.step.Backlog;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the classes that an HTB of ours has with those that it should have.
 *
 * <p>The kernel cannot move a class below another, so one whose parent is not the wanted one is
 * deleted and made anew, with all below it. Steps come in this order: changes and classes that need
 * nothing gone, parents first; deletions, children first; what needs them done.
 */
final class ClassDiff {
  private final QueueSteps make;
  private final Device device;
  private final ObservedQueue there;
  private final Map<Integer, QueueClass> wanted = new LinkedHashMap<>();

  /** The names of classes that were there before, by their numbers. */
  private final Map<Integer, String> names = new HashMap<>();

  /** Classes that have to go, although some of them come again. */
  private final Set<Integer> stale = new HashSet<>();

  /** Classes that are made after others have gone. */
  private final Set<Integer> late = new HashSet<>();

  /** Classes that lose their queue to their first child, which is not made yet. */
  private final Set<Integer> opening = new HashSet<>();

  private final List<ChangeStep> early = new ArrayList<>();
  private final List<ChangeStep> deletions = new ArrayList<>();
  private final List<ChangeStep> last = new ArrayList<>();

  ClassDiff(QueueSteps make, ObservedQueue there, QueueTree.Shared tree) {
    this.make = make;
    device = make.device();
    this.there = there;
    for (QueueClass each : tree.classes()) {
      wanted.put(each.minor(), each);
    }
    tree.earlier().forEach((name, minor) -> names.put(minor, name));
    names.put(ClassNumbers.REST, QueueTree.REST);
  }

  /** The steps. */
  List<ChangeStep> steps() {
    for (ClassEntry entry : there.classes().values()) {
      int minor = entry.id().minor();
      QueueClass wish = wanted.get(minor);
      if (wish == null || wish.parent() != ObservedQueue.parentOf(entry)) {
        markStale(minor);
      }
    }
    for (QueueClass each : wanted.values()) {
      ClassEntry entry = there.classes().get(each.minor());
      if (entry == null || stale.contains(each.minor())) {
        add(each);
      } else {
        keep(each, entry);
      }
    }
    List<Integer> order = new ArrayList<>(stale);
    order.sort(Comparator.<Integer>comparingInt(there::depth).reversed().thenComparing(m -> m));
    for (int minor : order) {
      delete(minor);
    }
    List<ChangeStep> steps = new ArrayList<>(early);
    steps.addAll(deletions);
    steps.addAll(last);
    return steps;
  }

  private void markStale(int minor) {
    if (stale.add(minor)) {
      for (int child : there.children(minor)) {
        markStale(child);
      }
    }
  }

  private void delete(int minor) {
    ClassEntry entry = there.classes().get(minor);
    if (entry == null) {
      return;
    }
    QueueClass again = wanted.get(minor);
    Backlog lost = there.isLeaf(minor) ? Backlog.of(entry.statistics()) : Backlog.NONE;
    deletions.add(
        make.step(
            OfClass.delete(device, entry.id()),
            there.restore(minor),
            again == null ? Label.LOSSY : Label.REBUILD,
            lost,
            again == null
                ? "delete " + called(entry.id()) + ", which the policy does not have"
                : "delete " + again + " to make it below another, since none can be moved"));
  }

  private String called(Handle id) {
    String name = names.get(id.minor());
    return name == null ? "class " + id : "class " + name + " (" + id + ")";
  }

  private void add(QueueClass added) {
    int minor = added.minor();
    if (stale.contains(minor) || late.contains(added.parent())) {
      late.add(minor);
    }
    List<ChangeStep> steps = late.contains(minor) ? last : early;
    Change change = OfClass.add(device, added.parentId(), added.id(), added.options());
    List<Change> inverse = new ArrayList<>(List.of(OfClass.delete(device, added.id())));
    ClassEntry parent = there.classes().get(added.parent());
    if (parent != null && opening.remove(added.parent())) {
      inverse.addAll(there.restoreLeaf(added.parent()));
      steps.add(
          make.step(
              change,
              inverse,
              Label.REBUILD,
              Backlog.of(parent.statistics()),
              Wording.added(added) + "; the class above it has its own queue no more"));
    } else {
      steps.add(make.hitless(change, inverse, Wording.added(added)));
    }
    if (added.limit() != null) {
      // It would go with the class, but where that is refused, it is somebody else's.
      steps.add(
          make.hitless(
              addQueue(added), List.of(OfQdisc.delete(device, added.id())), Wording.queue(added)));
    }
  }

  private Change addQueue(QueueClass owner) {
    return OfQdisc.add(
        device, owner.id(), Owner.leaf(owner.minor()), new Qdisc.Bfifo(owner.limit()));
  }

  private void keep(QueueClass kept, ClassEntry entry) {
    int minor = kept.minor();
    boolean wasLeaf = there.isLeaf(minor);
    if (!kept.isLeaf() && wasLeaf) {
      opening.add(minor);
    }
    boolean becomesLeaf = kept.isLeaf() && !wasLeaf;
    if (!ReadBack.isSame(entry.trafficClass(), kept.options(), kept.isLeaf())) {
      // While it has classes, the kernel would not heed quantum and priority.
      (becomesLeaf ? last : early).add(change(kept, entry));
    }
    if (becomesLeaf) {
      last.add(
          make.hitless(
              addQueue(kept), List.of(OfQdisc.delete(device, kept.id())), Wording.queue(kept)));
    } else if (kept.isLeaf()) {
      keepQueue(kept, entry, there.leaf(minor));
    }
  }

  private ChangeStep change(QueueClass kept, ClassEntry entry) {
    return make.hitless(
        change(kept, kept.options()),
        List.of(change(kept, entry.trafficClass())),
        "change "
            + kept
            + ": "
            + Wording.difference(entry.trafficClass(), kept.options(), kept.isLeaf()));
  }

  private Change change(QueueClass kept, TrafficClass options) {
    return new OfClass(
        Verb.CHANGE, device, kept.parentId(), kept.id(), options.kind(), options, null);
  }

  private void keepQueue(QueueClass owner, ClassEntry entry, @Nullable QdiscEntry queue) {
    Long limit = owner.limit();
    if (queue == null) {
      early.add(
          make.step(
              addQueue(owner),
              List.of(OfQdisc.delete(device, owner.id())),
              Label.LOSSY,
              Backlog.of(entry.statistics()),
              Wording.queue(owner) + " in place of its default"));
    } else if (queue.qdisc() instanceof Qdisc.Bfifo(Long told)) {
      if (limit != null && !limit.equals(told)) {
        early.add(
            make.hitless(
                changeQueue(owner, limit),
                told == null ? List.of() : List.of(changeQueue(owner, told)),
                Wording.queue(owner)
                    + (told == null ? "" : " instead of " + DataSize.bytes(told))));
      }
    } else {
      early.add(
          make.step(
              OfQdisc.delete(device, owner.id()),
              there.restoreLeaf(owner.minor()),
              Label.REBUILD,
              Backlog.of(queue.statistics()),
              "remove the " + queue.qdisc().kind() + " " + queue.handle() + " from " + owner));
      early.add(
          make.hitless(
              addQueue(owner), List.of(OfQdisc.delete(device, owner.id())), Wording.queue(owner)));
    }
  }

  private Change changeQueue(QueueClass owner, long limit) {
    return new OfQdisc(
        Verb.CHANGE, device, owner.id(), Handle.UNSPECIFIED, "bfifo", new Qdisc.Bfifo(limit), null);
  }
}
