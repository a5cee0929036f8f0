package dev.sluice.cli.demo;

import org.jspecify.annotations.Nullable;

/** A {@link Flow} that is running: its sockets and its two threads. */
sealed interface Stream extends AutoCloseable permits UdpStream, TcpStream {
  /** The flow. */
  Flow flow();

  /** Payload bytes that have arrived at the second host so far. */
  long received();

  /** What ended the stream before it was closed; null if nothing did. */
  @Nullable Throwable failure();

  /** Stops sending, drops what the sockets still hold, and waits for the threads to end. */
  @Override
  void close();

  /** Starts a flow. Its sockets are opened inside the lab's namespaces and stay in them. */
  static Stream start(Lab lab, Flow flow) {
    return switch (flow.transport()) {
      case UDP -> new UdpStream(lab, flow);
      case TCP -> new TcpStream(lab, flow);
    };
  }
}
