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
 * <p>Time is given, in nanoseconds, and never asked for. What it does not take or drops later it
 * hands to its {@link DropSink}, which from then on owns the packet.
 */
public abstract class QueueDiscipline {
  /** When nothing will change by waiting. */
  public static final long NEVER = Long.MAX_VALUE;

  private final Handle handle;
  private Handle parent;

  /**
   * A discipline.
   *
   * @param handle its name
   * @param parent what it hangs from
   */
  protected QueueDiscipline(Handle handle, Handle parent) {
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

  /** Hangs it elsewhere. */
  public final void setParent(Handle newParent) {
    parent = newParent;
  }

  /**
   * Takes a packet, or drops it or another in its place.
   *
   * @return whether the packet is queued now: {@code NET_XMIT_SUCCESS}; else it went to the sink
   */
  public abstract boolean enqueue(SocketBuffer packet, long now);

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

  /** Drops all that waits, uncounted, into the sink; as when it is taken away. */
  public abstract void reset();

  /** Its kind and options as the kernel reads them back. */
  public abstract Qdisc options();

  /** Its counters. */
  public abstract Statistics statistics();
}
