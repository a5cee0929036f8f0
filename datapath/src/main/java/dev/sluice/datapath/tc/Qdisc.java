package dev.sluice.datapath.tc;

import dev.sluice.datapath.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queueing discipline: how a device, or a class of one, queues what it is given to send. */
public sealed interface Qdisc
    permits Tbf,
        Htb,
        Qdisc.Pfifo,
        Qdisc.Bfifo,
        Qdisc.PfifoHeadDrop,
        Qdisc.PfifoFast,
        Qdisc.Mq,
        Qdisc.Noqueue,
        Qdisc.Clsact,
        Qdisc.Ingress,
        Qdisc.Unknown {
  /** The kind's name as the kernel and tc spell it. */
  String kind();

  /**
   * First in, first out, bounded in packets ({@code net/sched/sch_fifo.c}).
   *
   * @param limit packets, 0 to 2³²−1; null for the device's transmit queue length
   */
  record Pfifo(@Nullable Long limit) implements Qdisc {
    @Override
    public String kind() {
      return "pfifo";
    }
  }

  /**
   * First in, first out, bounded in bytes.
   *
   * @param limit bytes, 0 to 2³²−1; null for the transmit queue length times the largest frame
   */
  record Bfifo(@Nullable Long limit) implements Qdisc {
    @Override
    public String kind() {
      return "bfifo";
    }
  }

  /**
   * First in, first out, bounded in packets, that drops the oldest packet when full.
   *
   * @param limit packets, 0 to 2³²−1; null for the device's transmit queue length
   */
  record PfifoHeadDrop(@Nullable Long limit) implements Qdisc {
    @Override
    public String kind() {
      return "pfifo_head_drop";
    }
  }

  /**
   * Three bands of FIFO chosen by the packet's priority ({@code pfifo_fast_ops} in {@code
   * net/sched/sch_generic.c}).
   *
   * @param bands how many bands, 3 in every kernel so far
   * @param priorityMap the band of each of the 16 priorities
   */
  record PfifoFast(int bands, List<Integer> priorityMap) implements Qdisc {
    /** Copies the map. */
    public PfifoFast {
      priorityMap = List.copyOf(priorityMap);
    }

    @Override
    public String kind() {
      return "pfifo_fast";
    }
  }

  /** The root of a device with several transmit queues. */
  record Mq() implements Qdisc {
    @Override
    public String kind() {
      return "mq";
    }
  }

  /** No queue at all: what a virtual device has by default. */
  record Noqueue() implements Qdisc {
    @Override
    public String kind() {
      return "noqueue";
    }
  }

  /** Queues nothing; holds filters for both directions ({@code net/sched/sch_ingress.c}). */
  record Clsact() implements Qdisc {
    @Override
    public String kind() {
      return "clsact";
    }
  }

  /** Queues nothing; holds filters for arriving packets. */
  record Ingress() implements Qdisc {
    @Override
    public String kind() {
      return "ingress";
    }
  }

  /**
   * A kind that Sluice does not model.
   *
   * @param kind its name
   * @param options the payload of its {@code TCA_OPTIONS}; null where there was none
   */
  record Unknown(String kind, @Nullable Bytes options) implements Qdisc {}
}
