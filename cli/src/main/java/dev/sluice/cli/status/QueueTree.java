package dev.sluice.cli.status;

import dev.sluice.cli.tc.TcText;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A qdisc or class, and what hangs below it.
 *
 * @param object {@code qdisc} or {@code class}
 * @param kind its kind
 * @param handle its name
 * @param parent what it hangs from
 * @param text the line that tc prints
 * @param children what hangs below it, in the kernel's order
 */
record QueueTree(
    String object,
    String kind,
    String handle,
    String parent,
    String text,
    List<QueueTree> children) {
  QueueTree {
    children = List.copyOf(children);
  }

  /** The tree below a device's root qdisc; null if the device has none. */
  static @Nullable QueueTree read(
      Device device, List<QdiscEntry> qdiscs, TrafficControl trafficControl, TcText text) {
    QdiscEntry root = qdiscs.stream().filter(QdiscEntry::isRoot).findFirst().orElse(null);
    if (root == null) {
      return null;
    }
    boolean classful =
        root.qdisc().kind().equals("htb")
            || qdiscs.stream()
                .anyMatch(entry -> !entry.isRoot() && !entry.parent().equals(Handle.CLSACT));
    List<ClassEntry> classes = classful ? trafficControl.classes(device) : List.of();
    return new Reader(qdiscs, classes, text).qdisc(root);
  }

  /** Puts the pieces together. */
  private static final class Reader {
    private final List<QdiscEntry> qdiscs;
    private final List<ClassEntry> classes;
    private final TcText text;
    private final Set<Handle> seen = new HashSet<>();

    Reader(List<QdiscEntry> qdiscs, List<ClassEntry> classes, TcText text) {
      this.qdiscs = qdiscs;
      this.classes = classes;
      this.text = text;
    }

    QueueTree qdisc(QdiscEntry entry) {
      List<QueueTree> children = new ArrayList<>();
      if (!entry.handle().isUnspecified() && seen.add(entry.handle())) {
        for (ClassEntry each : classes) {
          // HTB's topmost classes name the root as parent, others their qdisc.
          boolean top =
              each.parent().equals(Handle.ROOT)
                  || each.parent().equals(entry.handle())
                  || each.parent().isUnspecified();
          if (top && each.id().qdisc().equals(entry.handle())) {
            children.add(trafficClass(each));
          }
        }
      }
      if (children.isEmpty() && entry.isRoot()) {
        // A root without listed classes, such as the kernel's own mq.
        for (QdiscEntry each : qdiscs) {
          if (isBelow(each, entry)) {
            children.add(qdisc(each));
          }
        }
      }
      return new QueueTree(
          "qdisc",
          entry.qdisc().kind(),
          handle(entry.handle()),
          entry.parent().toString(),
          text.of(entry),
          children);
    }

    private static boolean isBelow(QdiscEntry each, QdiscEntry root) {
      return !each.isRoot()
          && !each.parent().equals(Handle.CLSACT)
          && each.parent().qdisc().equals(root.handle());
    }

    QueueTree trafficClass(ClassEntry entry) {
      List<QueueTree> children = new ArrayList<>();
      if (seen.add(entry.id())) {
        for (ClassEntry each : classes) {
          if (each.parent().equals(entry.id())) {
            children.add(trafficClass(each));
          }
        }
        for (QdiscEntry each : qdiscs) {
          if (each.parent().equals(entry.id())) {
            children.add(qdisc(each));
          }
        }
      }
      return new QueueTree(
          "class",
          entry.trafficClass().kind(),
          handle(entry.id()),
          entry.parent().toString(),
          text.of(entry),
          children);
    }

    private static String handle(Handle handle) {
      return handle.isUnspecified() ? "0:" : handle.toString();
    }
  }
}
