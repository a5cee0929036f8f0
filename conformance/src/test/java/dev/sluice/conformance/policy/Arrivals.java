package dev.sluice.conformance.policy;

import dev.sluice.conformance.kernel.PacketSocket;
import dev.sluice.conformance.testbed.Frame;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts what arrives of flows, whether in order or not: what a receiver reads of a connection
 * waits for what was lost, and comes in leaps.
 */
final class Arrivals implements AutoCloseable {
  private static final long PAUSE = 1_000_000;

  private final Collection<PacketSocket> sockets;
  private final List<TestFlow> flows;
  private final long[] bytes;
  private final Thread thread;
  private volatile boolean ended;

  Arrivals(Collection<PacketSocket> sockets, List<TestFlow> flows) {
    this.sockets = sockets;
    this.flows = flows;
    bytes = new long[flows.size()];
    thread = Thread.ofPlatform().daemon().name("arrivals").start(this::run);
  }

  private void run() {
    while (!ended) {
      for (PacketSocket socket : sockets) {
        for (Frame next = socket.receive(); next != null; next = socket.receive()) {
          count(next.bytes().toArray());
        }
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private synchronized void count(byte[] frame) {
    for (int i = 0; i < bytes.length; i++) {
      if (flows.get(i).fits(frame)) {
        bytes[i] += flows.get(i).wireLength(frame.length);
      }
    }
  }

  /** Bytes of whole frames so far, by the flows' names. */
  synchronized Map<String, Long> bytes() {
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < bytes.length; i++) {
      counts.put(flows.get(i).name(), bytes[i]);
    }
    return counts;
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
