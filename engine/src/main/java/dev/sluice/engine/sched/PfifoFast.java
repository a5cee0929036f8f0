package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Three bands, of which the first that holds a packet is served: what a device has where nobody
 * configured anything ({@code pfifo_fast_ops} in {@code net/sched/sch_generic.c}). Each band is a
 * ring as long as the device's transmit queue. Left out: running without a lock.
 */
public final class PfifoFast extends QueueDiscipline {
  /** {@code sch_default_prio2band}. */
  private static final List<Integer> BAND_OF_PRIORITY =
      List.of(1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);

  private static final int PRIORITY_MASK = 15;
  private static final int BANDS = 3;

  private final PacketQueue[] bands = new PacketQueue[BANDS];
  private final RingSlots[] slots = new RingSlots[BANDS];
  private final int[] bandOf = BAND_OF_PRIORITY.stream().mapToInt(Integer::intValue).toArray();

  /** Empty bands. */
  public PfifoFast(QueueHost host, Handle handle, Handle parent) {
    super(host, handle, parent);
    for (int band = 0; band < BANDS; band++) {
      bands[band] = new PacketQueue();
      slots[band] = new RingSlots(host.transmitQueueLength());
    }
  }

  @Override
  public Admission enqueue(SocketBuffer packet, long now) {
    int band = bandOf[packet.priority & PRIORITY_MASK];
    if (!slots[band].hasRoom(bands[band].length())) {
      drop(packet);
      return Admission.DROPPED;
    }
    bands[band].add(packet);
    return Admission.QUEUED;
  }

  @Override
  public @Nullable SocketBuffer dequeue(long now) {
    for (int band = 0; band < BANDS; band++) {
      SocketBuffer packet = bands[band].remove();
      if (packet != null) {
        slots[band].consumed();
        countSent(packet);
        return packet;
      }
    }
    return null;
  }

  @Override
  public @Nullable SocketBuffer peek(long now) {
    for (PacketQueue band : bands) {
      SocketBuffer packet = band.peek();
      if (packet != null) {
        return packet;
      }
    }
    return null;
  }

  @Override
  public long wakeAt() {
    return NEVER;
  }

  @Override
  public int queueLength() {
    return bands[0].length() + bands[1].length() + bands[2].length();
  }

  @Override
  public long backlog() {
    return bands[0].bytes() + bands[1].bytes() + bands[2].bytes();
  }

  @Override
  public void reset() {
    for (int band = 0; band < BANDS; band++) {
      for (int left = bands[band].length(); left > 0; left--) {
        slots[band].consumed();
      }
      bands[band].clear(this);
    }
  }

  @Override
  public void change(Qdisc options) {
    throw new DisciplineRefusal(Errno.EINVAL, "Change operation not supported by specified qdisc");
  }

  @Override
  public Qdisc options() {
    return new Qdisc.PfifoFast(BANDS, BAND_OF_PRIORITY);
  }
}
