package dev.sluice.engine.filter;

import dev.sluice.engine.skb.SocketBuffer;

/** Carries packets that an action or a program sent elsewhere to where they go. */
public interface Redirector {
  /** Whether there is a device with this index. */
  boolean hasDevice(int index);

  /** Whether a device is there, is up and has a carrier. */
  boolean isUp(int index);

  /**
   * Takes a packet over and sends it out by a device, or in at it.
   *
   * @return whether it got there: false if the device is gone, down, or the packet went in circles;
   *     the packet is gone either way
   */
  boolean redirect(SocketBuffer packet, int deviceIndex, boolean ingress);

  /** A copy of a packet, for the caller to send on. */
  SocketBuffer copy(SocketBuffer packet);

  /** Takes a packet over that an action kept: it goes nowhere, and is not counted as dropped. */
  void consume(SocketBuffer packet);
}
