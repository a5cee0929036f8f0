package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.policy.queue.QueueSizes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long packets wait in the queues that somebody gave to classes. */
final class LeafQueues {
  private static final long FRAME = 1514;

  private final Device device;
  private final Notes notes;
  private final Map<Handle, QdiscEntry> ofClass = new HashMap<>();

  LeafQueues(Device device, List<QdiscEntry> entries, Notes notes) {
    this.device = device;
    this.notes = notes;
    entries.forEach(entry -> ofClass.put(entry.parent(), entry));
  }

  /**
   * How long packets of a class wait at most.
   *
   * @param ceil what the class gets at most
   * @return null for what a policy has unless it says something else
   */
  @Nullable Duration time(ClassNode leaf, Rate ceil) {
    QdiscEntry entry = ofClass.remove(leaf.id);
    if (entry == null || entry.isDefault()) {
      return null; // the kernel's own, which nobody asked for
    }
    String where = where(entry);
    return switch (entry.qdisc()) {
      case Qdisc.Bfifo fifo when fifo.limit() != null -> time(fifo.limit(), 0, ceil, where);
      case Qdisc.Pfifo fifo when fifo.limit() != null -> {
        notes.changed(
            device,
            where,
            "its " + fifo.limit() + " packets are taken to have " + FRAME + " bytes");
        yield time(fifo.limit() * FRAME, FRAME / 2, ceil, where);
      }
      case Qdisc.Pfifo _, Qdisc.Bfifo _ -> null;
      case Tbf tbf when tbf.peak() == null && tbf.rate().rate().compareTo(ceil) >= 0 -> {
        notes.changed(
            device, where, "it holds back nothing below its class, so only its limit counts");
        yield time(tbf.limit(), 0, ceil, where);
      }
      case Tbf tbf -> {
        notes.leftOut(
            device,
            where,
            "a rate of " + tbf.rate().rate() + " below a class: a policy has the class's ceiling");
        yield null;
      }
      default -> {
        notes.leftOut(
            device, where, "packets of a policy's class wait in one queue, first in, first out");
        yield null;
      }
    };
  }

  private @Nullable Duration time(long limit, long slack, Rate ceil, String where) {
    Duration time = RoundNumber.time(limit, ceil, (double) slack);
    long taken = QueueSizes.limit(ceil, time);
    if (taken > limit + slack + RoundNumber.slack(ceil) + 1) {
      notes.changed(
          device,
          where,
          "a limit of " + limit + " bytes; of a policy it is " + taken + " at least");
    }
    return taken == QueueSizes.limit(ceil, null) ? null : time;
  }

  private static String where(QdiscEntry entry) {
    return "qdisc " + entry.qdisc().kind() + " " + entry.handle() + " at " + entry.parent();
  }

  /** Leaves the queue of a class alone that no policy names. */
  void forget(ClassNode leaf) {
    ofClass.remove(leaf.id);
  }

  /** Notes those that no class asked for. */
  void noteOthers() {
    ofClass
        .values()
        .forEach(
            entry -> {
              if (!entry.isDefault()) {
                notes.leftOut(
                    device, where(entry), "a policy has queues at classes of an HTB only");
              }
            });
  }
}
