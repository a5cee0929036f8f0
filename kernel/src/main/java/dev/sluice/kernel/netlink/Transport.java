package dev.sluice.kernel.netlink;

import java.nio.ByteBuffer;

/** Carries datagrams to and from the kernel. */
interface Transport extends AutoCloseable {
  /** Sends one datagram, from the buffer's position to its limit. */
  void send(ByteBuffer datagram);

  /**
   * Receives one datagram, waiting for it.
   *
   * @param into gets it from 0 on, as much as it has room for
   * @return the datagram's whole length, which may be more than there was room for
   */
  int receive(ByteBuffer into);

  /** How many bytes of answers may wait, as the kernel counts them. */
  int receiveBound();

  @Override
  void close();
}
