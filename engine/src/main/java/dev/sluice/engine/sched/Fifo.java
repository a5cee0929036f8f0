package dev.sluice.engine.sched;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.Qdisc;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * First in, first out: {@code pfifo}, {@code bfifo} and {@code pfifo_head_drop} ({@code
 * net/sched/sch_fifo.c}). Left out: offload to hardware.
 */
public final class Fifo extends QueueDiscipline {
  /** What is bounded, and who goes when it is full. */
  public enum Kind {
    /** {@code pfifo}: packets; the newest goes. */
    PACKETS,
    /** {@code bfifo}: bytes; the newest goes. */
    BYTES,
    /** {@code pfifo_head_drop}: packets; the oldest goes. */
    PACKETS_HEAD_DROP
  }

  private final Kind kind;
  private final PacketQueue queue = new PacketQueue();
  private long limit;

  /**
   * A queue.
   *
   * @param limit packets or bytes; null for the device's transmit queue length
   */
  public Fifo(QueueHost host, Handle handle, Handle parent, Kind kind, @Nullable Long limit) {
    super(host, handle, parent);
    this.kind = kind;
    this.limit = limit != null ? limit : defaultLimit();
  }

  private long defaultLimit() {
    long packetLimit = host.transmitQueueLength();
    return kind == Kind.BYTES ? packetLimit * host.frameSize() : packetLimit;
  }

  /** What is bounded. */
  public Kind fifoKind() {
    return kind;
  }

  /** Sets another limit ({@code fifo_set_limit}). */
  void setLimit(long newLimit) {
    limit = newLimit;
  }

  @Override
  public Admission enqueue(SocketBuffer packet, long now) {
    switch (kind) {
      case PACKETS -> {
        if (queue.length() >= limit) {
          drop(packet);
          return Admission.DROPPED;
        }
      }
      case BYTES -> {
        if (queue.bytes() + packet.queueLength > limit) {
          drop(packet);
          return Admission.DROPPED;
        }
      }
      case PACKETS_HEAD_DROP -> {
        if (limit == 0) {
          drop(packet);
          return Admission.DROPPED;
        }
        if (queue.length() >= limit) {
          SocketBuffer oldest = queue.remove();
          queue.add(packet);
          if (oldest != null) {
            drop(oldest);
          }
          return Admission.REPLACED;
        }
      }
    }
    queue.add(packet);
    return Admission.QUEUED;
  }

  @Override
  public @Nullable SocketBuffer dequeue(long now) {
    SocketBuffer packet = queue.remove();
    if (packet != null) {
      countSent(packet);
    }
    return packet;
  }

  @Override
  public @Nullable SocketBuffer peek(long now) {
    return queue.peek();
  }

  @Override
  public long wakeAt() {
    return NEVER;
  }

  @Override
  public int queueLength() {
    return queue.length();
  }

  @Override
  public long backlog() {
    return queue.bytes();
  }

  @Override
  public void reset() {
    queue.clear(this);
  }

  @Override
  public void change(Qdisc options) {
    Long wish =
        switch (options) {
          case Qdisc.Pfifo(Long packetLimit) when kind == Kind.PACKETS -> packetLimit;
          case Qdisc.Bfifo(Long byteLimit) when kind == Kind.BYTES -> byteLimit;
          case Qdisc.PfifoHeadDrop(Long packetLimit) when kind == Kind.PACKETS_HEAD_DROP ->
              packetLimit;
          default -> throw new DisciplineRefusal(Errno.EINVAL, null);
        };
    if (wish != null) {
      limit = wish;
    }
  }

  @Override
  public Qdisc options() {
    return switch (kind) {
      case PACKETS -> new Qdisc.Pfifo(limit);
      case BYTES -> new Qdisc.Bfifo(limit);
      case PACKETS_HEAD_DROP -> new Qdisc.PfifoHeadDrop(limit);
    };
  }
}
