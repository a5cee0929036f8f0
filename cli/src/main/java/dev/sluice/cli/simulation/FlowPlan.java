package dev.sluice.cli.simulation;

import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import java.util.Optional;

/** A flow that is to be sent. */
sealed interface FlowPlan {
  /** What it is called. */
  String name();

  /** The device that it leaves or arrives by; empty for the only one. */
  Optional<String> device();

  /** Whether it leaves by the device, or arrives at it. */
  Direction direction();

  /** When it begins, in nanoseconds. */
  long start();

  /** When it ends, in nanoseconds. */
  long stop();

  /**
   * Packets in a pace of their own, whatever becomes of them.
   *
   * @param frame the packet
   * @param pacing when they come
   * @param sendBuffer bytes that their sender has under way at most before it waits; 0 for packets
   *     of another host that are forwarded, which nothing holds up
   * @param packets how many at most
   */
  record Stream(
      String name,
      Optional<String> device,
      Direction direction,
      long start,
      long stop,
      FlowFrame frame,
      FlowPacing pacing,
      long sendBuffer,
      long packets)
      implements FlowPlan {}

  /**
   * A transfer that slows down when packets are lost, as TCP does.
   *
   * @param source the sender's IPv4 address, first byte highest
   * @param sourcePort its port
   * @param destination the receiver's address
   * @param destinationPort its port
   * @param bytes how much is sent
   * @param segment payload bytes of a packet on the wire
   * @param burst packets that one socket buffer stands for
   * @param sendBuffer bytes that are under way on the sending host at most
   * @param priority {@code skb->priority}
   * @param mark {@code skb->mark}
   */
  record Transfer(
      String name,
      Optional<String> device,
      Direction direction,
      long start,
      long stop,
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      long bytes,
      int segment,
      int burst,
      long sendBuffer,
      int priority,
      int mark)
      implements FlowPlan {}
}
