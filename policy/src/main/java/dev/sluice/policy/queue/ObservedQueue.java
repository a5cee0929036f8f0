package dev.sluice.policy.queue;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.Change.OfClass;
import dev.sluice.datapath.tc.Change.OfQdisc;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The queue that a device has: its root qdisc, and if that is ours, its classes and their queues.
 */
final class ObservedQueue {
  private final Device device;
  private final @Nullable QdiscEntry root;
  private final Map<Integer, ClassEntry> classes = new TreeMap<>();
  private final Map<Integer, QdiscEntry> leaves = new HashMap<>();
  private final Map<Integer, List<Integer>> children = new HashMap<>();

  ObservedQueue(Device device, List<QdiscEntry> qdiscs, List<ClassEntry> entries) {
    this.device = device;
    QdiscEntry found = null;
    for (QdiscEntry entry : qdiscs) {
      if (entry.isRoot()) {
        found = entry;
      } else if (entry.parent().major() == Owner.MAJOR) {
        leaves.put(entry.parent().minor(), entry);
      }
    }
    root = found;
    for (ClassEntry entry : entries) {
      if (entry.id().major() == Owner.MAJOR) {
        int minor = entry.id().minor();
        classes.put(minor, entry);
        children.computeIfAbsent(parentOf(entry), _ -> new ArrayList<>()).add(minor);
      }
    }
  }

  /** The minor number of the class above a class; 0 for the root qdisc. */
  static int parentOf(ClassEntry entry) {
    return entry.parent().equals(Handle.ROOT) ? 0 : entry.parent().minor();
  }

  @Nullable QdiscEntry root() {
    return root;
  }

  /** The classes by their minor numbers. */
  Map<Integer, ClassEntry> classes() {
    return classes;
  }

  /** The queue that somebody gave to a class; null for the kernel's own. */
  @Nullable QdiscEntry leaf(int minor) {
    return leaves.get(minor);
  }

  /** The classes right below a class, or below the root qdisc for 0. */
  List<Integer> children(int minor) {
    return children.getOrDefault(minor, List.of());
  }

  boolean isLeaf(int minor) {
    return children(minor).isEmpty();
  }

  /** How many classes are above a class. */
  int depth(int minor) {
    int depth = 0;
    ClassEntry entry = classes.get(minor);
    while (entry != null) {
      depth++;
      entry = classes.get(parentOf(entry));
    }
    return depth;
  }

  /** Makes a class again as it was, with its queue. */
  List<Change> restore(int minor) {
    ClassEntry entry = classes.get(minor);
    if (entry == null) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>();
    Handle parent = Owner.classId(parentOf(entry));
    changes.add(OfClass.add(device, parent, entry.id(), entry.trafficClass()));
    changes.addAll(restoreLeaf(minor));
    return changes;
  }

  /** Makes a class's queue again as it was; nothing for the kernel's own. */
  List<Change> restoreLeaf(int minor) {
    QdiscEntry leaf = leaves.get(minor);
    return leaf == null
        ? List.of()
        : List.of(OfQdisc.add(device, leaf.parent(), leaf.handle(), leaf.qdisc()));
  }

  /** Makes the whole queue again as it was. */
  List<Change> restore() {
    List<Change> changes = new ArrayList<>();
    if (root == null) {
      return changes;
    }
    changes.add(OfQdisc.add(device, Handle.ROOT, root.handle(), ReadBack.again(root.qdisc())));
    List<Integer> order = new ArrayList<>(classes.keySet());
    order.sort(Comparator.comparingInt(this::depth));
    for (int minor : order) {
      changes.addAll(restore(minor));
    }
    return changes;
  }
}
