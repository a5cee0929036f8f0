package dev.sluice.cli.explain;

import dev.sluice.cli.explain.Walk.End;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Htb;
import dev.sluice.datapath.tc.QdiscEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the queue of a packet that leaves, in HTB as {@code htb_classify} does: by its priority, by
 * filters from the root down, else the default class, else the unshaped queue.
 *
 * @param datapath where the qdiscs are
 */
record QueueWalk(Datapath datapath) {
  /** The end of the way: the queue that the packet waits in. */
  End find(Device device, Traveller traveller, FilterWalk filters, List<Step> steps) {
    List<QdiscEntry> qdiscs = datapath.trafficControl().qdiscs(device);
    QdiscEntry root =
        qdiscs.stream()
            .filter(QdiscEntry::isRoot)
            .filter(entry -> entry.qdisc() instanceof Htb)
            .findFirst()
            .orElse(null);
    if (root == null || !(root.qdisc() instanceof Htb htb)) {
      return qdiscs.stream()
          .filter(QdiscEntry::isRoot)
          .findFirst()
          .map(
              entry ->
                  entry.qdisc().kind().equals("noqueue")
                      ? new End("sent by " + device + ", which has no queue", null, true)
                      : new End(
                          "queued in " + entry.qdisc().kind() + " " + entry.handle(), null, true))
          .orElse(new End("sent by " + device, null, true));
    }
    List<ClassEntry> classes = datapath.trafficControl().classes(device);
    Result result = classify(device, root, htb, classes, traveller, filters, steps);
    if (result.end() != null) {
      return result.end();
    }
    Handle chosen = result.leaf();
    String who = "htb " + root.handle();
    if (chosen == null) {
      steps.add(Step.of("qdisc:" + device, who, "no class: unshaped"));
      return new End("sent unshaped by the direct queue of " + who, null, true);
    }
    steps.add(Step.of("qdisc:" + device, who, "class " + chosen + result.why()));
    return new End("queued in class " + chosen + leafQueue(chosen, qdiscs), null, true);
  }

  /** Where a packet belongs. */
  private record Result(@Nullable End end, @Nullable Handle leaf, String why) {}

  private static Result classify(
      Device device,
      QdiscEntry root,
      Htb htb,
      List<ClassEntry> classes,
      Traveller traveller,
      FilterWalk filters,
      List<Step> steps) {
    Set<Handle> ids = new HashSet<>();
    Set<Handle> inner = new HashSet<>();
    for (ClassEntry entry : classes) {
      ids.add(entry.id());
      inner.add(entry.parent());
    }
    Handle asked = root.handle();
    Handle own = new Handle(traveller.priority());
    if (own.equals(root.handle())) {
      return new Result(null, null, "");
    }
    if (ids.contains(own)) {
      if (!inner.contains(own)) {
        return new Result(null, own, ", by the packet's priority");
      }
      asked = own;
    }
    Set<Handle> seen = new HashSet<>();
    while (seen.add(asked)) {
      FilterWalk.Found found =
          filters.ask(device, asked, "qdisc:" + device + "/" + asked, traveller, steps);
      if (found.end() != null) {
        return new Result(found.end(), null, "");
      }
      Handle chosen = found.classId();
      if (!found.matched()) {
        break;
      }
      if (chosen == null || chosen.equals(root.handle())) {
        return new Result(null, null, "");
      }
      if (!ids.contains(chosen)) {
        break;
      }
      if (!inner.contains(chosen)) {
        return new Result(null, chosen, ", by a filter");
      }
      asked = chosen;
    }
    Handle fallback = Handle.of(root.handle().major(), htb.defaultClass() & 0xffff);
    boolean leaf = htb.defaultClass() != 0 && ids.contains(fallback) && !inner.contains(fallback);
    return new Result(null, leaf ? fallback : null, ", the default");
  }

  private static String leafQueue(Handle leaf, List<QdiscEntry> qdiscs) {
    return qdiscs.stream()
        .filter(entry -> entry.parent().equals(leaf))
        .findFirst()
        .map(entry -> ", " + entry.qdisc().kind() + " " + entry.handle())
        .orElse("");
  }
}
