package dev.sluice.cli.demo;

import dev.sluice.datapath.Rate;
import org.jspecify.annotations.Nullable;

/**
 * A stream of packets from the lab's first host to its second.
 *
 * @param name what tables call it
 * @param transport how it is sent
 * @param source the first host's address to send from, in dotted form
 * @param destination the second host's address, likewise
 * @param port the second host's port, 1 to 65535
 * @param offered the rate to offer, counted in whole Ethernet frames; null for as much as the
 *     socket takes. Only for UDP.
 */
record Flow(
    String name,
    Transport transport,
    String source,
    String destination,
    int port,
    @Nullable Rate offered) {
  Flow {
    if (transport == Transport.TCP && offered != null) {
      throw new IllegalArgumentException("TCP chooses its own rate");
    }
  }

  /** UDP, as fast as the socket lets us. */
  static Flow udp(String name, String source, int port) {
    return new Flow(name, Transport.UDP, source, Lab.SINK, port, null);
  }

  /** UDP at a rate. */
  static Flow udp(String name, String source, int port, Rate offered) {
    return new Flow(name, Transport.UDP, source, Lab.SINK, port, offered);
  }

  /** One TCP connection that never runs out of data. */
  static Flow tcp(String name, String source, int port) {
    return new Flow(name, Transport.TCP, source, Lab.SINK, port, null);
  }

  /** How a flow is sent. */
  enum Transport {
    /** Datagrams that fill an Ethernet frame. */
    UDP,
    /** A connection, with the kernel's own congestion control. */
    TCP
  }
}
