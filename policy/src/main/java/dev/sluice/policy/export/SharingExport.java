package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.policy.queue.ClassNumbers;
import dev.sluice.policy.queue.Owner;
import dev.sluice.policy.spec.Match;
import dev.sluice.policy.spec.Sharing;
import dev.sluice.policy.spec.Sharing.ShareClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTB as the sharing of a device. A class below the qdisc that has all others below it is what
 * there is to share; where there are several, their sum is, since none of them borrows.
 */
final class SharingExport {
  private final Device device;
  private final QdiscEntry root;
  private final Htb htb;
  private final ClassTree tree;
  private final LeafQueues queues;
  private final ClassExport classes;
  private final Notes notes;
  private final String where;

  SharingExport(
      Device device, QdiscEntry root, Htb htb, ClassTree tree, LeafQueues queues, Notes notes) {
    this.device = device;
    this.root = root;
    this.htb = htb;
    this.tree = tree;
    this.queues = queues;
    this.notes = notes;
    where = "qdisc htb " + root.handle();
    classes = new ClassExport(device, htb, queues, notes);
  }

  /**
   * Reads the classes.
   *
   * @param steps the filters at the qdisc
   * @return null if there is nothing to share
   */
  @Nullable Sharing read(List<FilterStep> steps) {
    if (tree.isEmpty()) {
      notes.leftOut(device, where, "it has no classes, so everything passes unshaped");
      return null;
    }
    if (htb.offload()) {
      notes.leftOut(device, where, "offload: a policy's queues are the kernel's own");
    }
    ClassNode otherwise = defaultClass();
    Map<ClassNode, List<Match>> matches =
        ClassMatches.read(device, root.handle(), tree, otherwise, steps, notes);
    ClassNode only = tree.top.size() == 1 ? tree.top.getFirst() : null;
    ClassNode all = only == null || only.isLeaf() ? null : only;
    Rate rate = new Rate(tree.top.stream().mapToLong(this::topRate).sum());
    if (only == null) {
      notes.changed(
          device,
          where,
          tree.top.size()
              + " classes right below it share nothing: the rate is the sum of theirs, and each"
              + " keeps to its own");
    }
    List<ShareClass> shared = new ArrayList<>();
    for (ClassNode node : all == null ? tree.top : all.children) {
      if (isOwnRest(node)) {
        queues.forget(node);
      } else {
        shared.add(classes.of(node, rate, all == null, matches));
      }
    }
    if (all != null) {
      classes.noteInner(all);
    }
    return new Sharing(
        device.name(), null, null, rate, otherwise == null ? null : otherwise.name(), shared);
  }

  /** What a class right below the qdisc gets: it has nobody to borrow from. */
  private long topRate(ClassNode node) {
    Rate own = classes.rate(node);
    if (node.options.ceil().rate().compareTo(own) > 0) {
      notes.changed(
          device,
          "class " + node.id,
          "its ceiling of "
              + node.options.ceil().rate()
              + " has no effect, since there is no class above it to borrow from");
    }
    return own.bytesPerSecond();
  }

  /** Of what Sluice made: the class for packets that no match fits, which no policy names. */
  private boolean isOwnRest(ClassNode node) {
    return Owner.owns(root)
        && node.id.minor() == ClassNumbers.REST
        && htb.defaultClass() == ClassNumbers.REST;
  }

  private @Nullable ClassNode defaultClass() {
    int minor = htb.defaultClass();
    ClassNode found =
        (minor & ~0xffff) == 0 ? tree.find(Handle.of(root.handle().major(), minor)) : null;
    if (found != null && isOwnRest(found)) {
      return null;
    }
    if (found != null && found.isLeaf()) {
      return found;
    }
    String what =
        minor == 0
            ? "it has no default class"
            : "its default class " + Integer.toHexString(minor) + " is none that packets wait in";
    notes.changed(
        device,
        where,
        what
            + ": what no filter fits passes beside all classes; in a policy it shares what is left"
            + " over");
    return null;
  }
}
