package dev.sluice.engine.sched;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A queueing discipline at work ({@code struct Qdisc} and its {@code Qdisc_ops} in {@code
 * include/net/sch_generic.h}).
 *
 * <p>Time is given, in nanoseconds, and never asked for by a packet's way. What it does not take or
 * drops later it hands to its {@link QueueHost}, which from then on owns the packet.
 */
public abstract class QueueDiscipline {
  /** When nothing will change by waiting. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Where packets are dropped, and what the device is like. */
  protected final QueueHost host;

  /** Packets that left. */
  protected long packets;

  /** Bytes that left. */
  protected long bytes;

  /** Packets that were dropped. */
  protected long drops;

  /** Times that a limit was reached. */
  protected long overlimits;

  private final Handle handle;
  private final Handle parent;

  /** The discipline in a class of which it hangs; null for a root, and one that is gone. */
  private @Nullable ClassfulDiscipline above;

  /**
   * A discipline.
   *
   * @param handle its name; 0 for one that nobody named
   * @param parent what it hangs from
   */
  protected QueueDiscipline(QueueHost host, Handle handle, Handle parent) {
    this.host = host;
    this.handle = handle;
    this.parent = parent;
  }

  /** Its name; 0 for one that nobody named. */
  public final Handle handle() {
    return handle;
  }

  /** What it hangs from. */
  public final Handle parent() {
    return parent;
  }

  /** It hangs in a class of another discipline from now on; null for in none. */
  final void hangIn(@Nullable ClassfulDiscipline discipline) {
    above = discipline;
  }

  /** How many disciplines there are above it. */
  public final int depth() {
    int depth = 0;
    for (QueueDiscipline each = above; each != null; each = each.above) {
      depth++;
    }
    return depth;
  }

  /** Its kind's name. */
  public final String kind() {
    return options().kind();
  }

  /** Takes a packet, or drops it or another in its place. */
  public abstract Admission enqueue(SocketBuffer packet, long now);

  /** The packet that may leave now, null if none may. */
  public abstract @Nullable SocketBuffer dequeue(long now);

  /** The packet that the next {@link #dequeue} at this time gives, which stays queued. */
  public abstract @Nullable SocketBuffer peek(long now);

  /** When to ask again after {@link #dequeue} gave nothing; {@link #NEVER} if nothing waits. */
  public abstract long wakeAt();

  /** Packets that wait. */
  public abstract int queueLength();

  /** Bytes that wait. */
  public abstract long backlog();

  /** Drops all that waits, uncounted, as when it is taken away. */
  public abstract void reset();

  /**
   * Drops all that waits, and those above count it as dropped ({@code qdisc_purge_queue} and {@code
   * qdisc_tree_reduce_backlog}).
   */
  final void purge() {
    int lost = queueLength();
    long lostBytes = backlog();
    reset();
    QueueDiscipline child = this;
    for (ClassfulDiscipline each = above; each != null; each = ((QueueDiscipline) each).above) {
      each.drops += lost;
      each.childLost(child, lost, lostBytes);
      child = each;
    }
  }

  /**
   * Sets other options, keeping what waits ({@code Qdisc_ops.change}).
   *
   * @throws DisciplineRefusal if they are not taken; nothing is changed then
   */
  public abstract void change(Qdisc options);

  /** Its kind and options as the kernel reads them back. */
  public abstract Qdisc options();

  /** Times that a limit was reached, as it is told. */
  protected long overlimits() {
    return overlimits;
  }

  /** Counters that only its kind has; null for none. */
  protected Statistics.@Nullable Own own() {
    return null;
  }

  /** Its counters. */
  public final Statistics statistics() {
    return new Statistics(
        bytes, packets, drops, overlimits(), 0, queueLength(), backlog(), null, own());
  }

  /** Counts a packet that leaves ({@code qdisc_bstats_update}): each segment is one. */
  protected final void countSent(SocketBuffer packet) {
    bytes += packet.queueLength;
    packets += Math.max(1, packet.segments);
  }

  /** Counts a packet that is dropped here, and hands it over. */
  protected final void drop(SocketBuffer packet) {
    drops++;
    host.drop(packet, this, handle);
  }

  /** Reads {@code htb 1:}. */
  @Override
  public String toString() {
    return kind() + (handle.isUnspecified() ? "" : " " + handle);
  }
}
