package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes nothing ({@code noop_qdisc}): what is left in a token bucket filter whose queue was
 * removed, or that was made with a limit of 0. It is never listed.
 */
final class Noop extends QueueDiscipline {
  Noop(QueueHost host, Handle parent) {
    super(host, Handle.UNSPECIFIED, parent);
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
    throw new DisciplineRefusal(Errno.EINVAL, null);
  }

  @Override
  public Qdisc options() {
    return new Qdisc.Unknown("noop", null);
  }
}
