package dev.sluice.kernel.netlink;

import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayDeque;

/**
 * The sockets to rtnetlink of one network namespace.
 *
 * <p>An exchange takes a socket for itself and gives it back, so several threads, and a listing
 * whose consumer makes requests of its own, do not get in each other's way. Nothing is opened
 * before the first exchange. Safe to use from several threads.
 */
public final class Rtnetlink implements AutoCloseable {
  private static final int MOST_IDLE = 4;

  private final NetworkNamespace namespace;
  private final ArrayDeque<NetlinkSocket> idle = new ArrayDeque<>(MOST_IDLE);
  private boolean closed;

  /** Sockets of a namespace, which the caller keeps open. */
  public Rtnetlink(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /** The namespace. */
  public NetworkNamespace namespace() {
    return namespace;
  }

  /** A socket, to be {@linkplain #give given back}. */
  public NetlinkSocket take() {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("used after it was closed");
      }
      NetlinkSocket socket = idle.pollFirst();
      if (socket != null) {
        return socket;
      }
    }
    return NetlinkSocket.open(namespace);
  }

  /** Takes back a socket. One whose exchange did not end well is closed. */
  public void give(NetlinkSocket socket) {
    synchronized (this) {
      if (!closed && socket.isClean() && idle.size() < MOST_IDLE) {
        idle.addFirst(socket);
        return;
      }
    }
    socket.close();
  }

  /** Closes the sockets. May be called more than once. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      idle.forEach(NetlinkSocket::close);
      idle.clear();
    }
  }
}
