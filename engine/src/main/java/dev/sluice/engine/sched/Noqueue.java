package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * No queue at all ({@code noqueue_qdisc_ops}): a packet goes straight to the device, which sees to
 * it itself. It is only there to be listed.
 */
public final class Noqueue extends QueueDiscipline {
  /** A root without a queue. */
  public Noqueue(QueueHost host, Handle handle, Handle parent) {
    super(host, handle, parent);
  }

  @Override
  public Admission enqueue(SocketBuffer packet, long now) {
    drop(packet);
    return Admission.DROPPED;
  }

  @Override
  public @Nullable SocketBuffer dequeue(long now) {
    return null;
  }

  @Override
  public @Nullable SocketBuffer peek(long now) {
    return null;
  }

  @Override
  public long wakeAt() {
    return NEVER;
  }

  @Override
  public int queueLength() {
    return 0;
  }

  @Override
  public long backlog() {
    return 0;
  }

  @Override
  public void reset() {}

  @Override
  public void change(Qdisc options) {
    throw new DisciplineRefusal(Errno.EINVAL, "Change operation not supported by specified qdisc");
  }

  @Override
  public Qdisc options() {
    return new Qdisc.Noqueue();
  }
}
