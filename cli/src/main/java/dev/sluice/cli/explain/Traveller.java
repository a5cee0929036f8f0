package dev.sluice.cli.explain;

import dev.sluice.bpf.ProgramType;
import dev.sluice.cli.prog.TracedRun;

/** The packet as it is now, with what goes with it from hook to hook. */
final class Traveller {
  private static final int TYPE = 12;

  private byte[] packet;
  private byte[] context;
  private final int ingressIndex;

  /**
   * A packet at a device.
   *
   * @param packet its bytes from its Ethernet header, 14 or more
   */
  Traveller(byte[] packet, int deviceIndex, boolean arriving) {
    this.packet = packet.clone();
    ingressIndex = arriving ? deviceIndex : 0;
    context = TracedRun.contextAt(ProgramType.SCHED_CLS, deviceIndex, arriving);
  }

  byte[] packet() {
    return packet;
  }

  byte[] context() {
    return context;
  }

  /** The device that it came in by; 0 if it was made here. */
  int ingressIndex() {
    return ingressIndex;
  }

  int mark() {
    return TracedRun.field(context, "mark");
  }

  int priority() {
    return TracedRun.field(context, "priority");
  }

  /** Its Ethernet protocol. */
  int protocol() {
    return (packet[TYPE] & 0xff) << 8 | packet[TYPE + 1] & 0xff;
  }

  /** A program of socket buffers has run on it. */
  void take(TracedRun run) {
    packet = run.packet().toArray();
    context = run.context().toArray();
  }

  /** An XDP program has run on it: before there is a socket buffer, nothing else is kept. */
  void takeXdp(TracedRun run) {
    packet = run.packet().toArray();
  }
}
