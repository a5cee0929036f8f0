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
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.policy.step.Backlog;
import dev.sluice.policy.step.ChangeStep;
import dev.sluice.policy.step.Label;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares the queue that a device has with the one that it should have. */
public final class QueueDiff {
  private final QueueSteps make;
  private final Device device;
  private final ObservedQueue there;
  private final List<ChangeStep> steps = new ArrayList<>();

  private QueueDiff(TrafficControl control, Device device, ObservedQueue there) {
    make = new QueueSteps(control, device);
    this.device = device;
    this.there = there;
  }

  /**
   * Looks at a device and compares.
   *
   * @param control where the device is
   * @param device the device
   * @param wanted the queue that it should have; null for none of ours
   */
  public static QueuePlan of(TrafficControl control, Device device, @Nullable QueueTree wanted) {
    return of(control, device, control.qdiscs(device), control.classes(device), wanted);
  }

  /**
   * Compares.
   *
   * @param control where the device is, or will be
   * @param device the device
   * @param qdiscs all its qdiscs
   * @param classes all its classes
   * @param wanted the queue that it should have; null for none of ours
   */
  public static QueuePlan of(
      TrafficControl control,
      Device device,
      List<QdiscEntry> qdiscs,
      List<ClassEntry> classes,
      @Nullable QueueTree wanted) {
    ObservedQueue there = new ObservedQueue(device, qdiscs, classes);
    QdiscEntry root = there.root();
    QueueDiff diff = new QueueDiff(control, device, there);
    if (root != null && Owner.owns(root)) {
      diff.change(root, wanted);
    } else if (wanted != null) {
      if (root != null && !root.isDefault()) {
        ForeignQueue foreign = new ForeignQueue(device, root.qdisc().kind(), root.handle());
        return new QueuePlan(device, List.of(), foreign);
      }
      diff.build(wanted, root);
    }
    return new QueuePlan(device, diff.steps, null);
  }

  private void change(QdiscEntry root, @Nullable QueueTree wanted) {
    switch (wanted) {
      case null -> remove(root, Label.LOSSY, "the policy wants none any more");
      case QueueTree.Held held when root.qdisc() instanceof Tbf old -> change(root, old, held);
      case QueueTree.Shared shared when ReadBack.isSame(root.qdisc(), shared.root()) ->
          steps.addAll(new ClassDiff(make, there, shared).steps());
      default -> {
        boolean sameKind = root.qdisc().kind().equals(wanted.root().kind());
        remove(
            root,
            Label.REBUILD,
            sameKind
                ? "the default class of an HTB cannot be changed"
                : "a " + wanted.root().kind() + " takes its place");
        make(wanted, Label.REBUILD, Backlog.NONE, "make");
      }
    }
  }

  private void change(QdiscEntry root, Tbf old, QueueTree.Held held) {
    Tbf wanted = held.root();
    if (ReadBack.isSame(old, wanted)) {
      return;
    }
    if (mayStick(old, wanted)) {
      remove(
          root,
          Label.REBUILD,
          "a packet that waits may be larger than a burst of "
              + DataSize.bytes(wanted.burst().bytes())
              + ", and would wait for ever");
      make(held, Label.REBUILD, Backlog.NONE, "make");
      return;
    }
    Change back = changed(ReadBack.again(old));
    steps.add(
        make.hitless(
            changed(wanted),
            mayStick(wanted, old)
                ? List.of(OfQdisc.delete(device, Handle.ROOT), there.restore().getFirst())
                : List.of(back),
            "change the queue of " + device + ": " + Wording.difference(old, wanted)));
  }

  /**
   * Whether a packet may wait in a token bucket that would never leave it after a change. The
   * kernel lets a packet in, with all its segments, if it fits into the bucket, and does not look
   * again: once the bucket is smaller than the first packet that waits, there are never enough
   * tokens for it, and nothing leaves any more ({@code tbf_dequeue} in {@code
   * net/sched/sch_tbf.c}).
   */
  private static boolean mayStick(Tbf from, Tbf to) {
    return to.burst().bytes() < Math.min(from.burst().bytes(), QueueSizes.LARGEST_PACKET);
  }

  private OfQdisc changed(Qdisc qdisc) {
    return new OfQdisc(Verb.CHANGE, device, Handle.ROOT, Owner.ROOT, qdisc.kind(), qdisc, null);
  }

  private void remove(QdiscEntry root, Label label, String why) {
    steps.add(
        make.step(
            OfQdisc.delete(device, Handle.ROOT),
            there.restore(),
            label,
            Backlog.of(root.statistics()),
            "remove the queue of " + device + " (" + root.qdisc().kind() + "): " + why));
  }

  private void build(QueueTree wanted, @Nullable QdiscEntry old) {
    Backlog lost = old == null ? Backlog.NONE : Backlog.of(old.statistics());
    String text =
        old == null ? "make" : "in place of its default (" + old.qdisc().kind() + "), make";
    make(wanted, Label.LOSSY, lost, text);
  }

  private void make(QueueTree wanted, Label label, Backlog lost, String text) {
    steps.add(
        make.step(
            OfQdisc.add(device, Handle.ROOT, Owner.ROOT, wanted.root()),
            List.of(OfQdisc.delete(device, Handle.ROOT)),
            label,
            lost,
            text + " the queue of " + device + ": " + Wording.of(wanted.root())));
    if (wanted instanceof QueueTree.Shared shared) {
      for (QueueClass each : shared.classes()) {
        steps.add(
            make.hitless(
                OfClass.add(device, each.parentId(), each.id(), each.options()),
                List.of(), // goes with the root qdisc
                Wording.added(each)));
        Long limit = each.limit();
        if (limit != null) {
          steps.add(
              make.hitless(
                  OfQdisc.add(device, each.id(), Owner.leaf(each.minor()), new Qdisc.Bfifo(limit)),
                  List.of(),
                  Wording.queue(each)));
        }
      }
    }
  }
}
