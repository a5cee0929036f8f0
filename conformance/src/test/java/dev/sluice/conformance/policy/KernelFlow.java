package dev.sluice.conformance.policy;

import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A flow between sockets of two namespaces, with a thread at each end. */
final class KernelFlow implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final int RECEIVE_BUFFER = 1 << 20;
  private static final int CONNECT_MILLIS = 700;

  private final Channel out;
  private final Channel in;
  private volatile @Nullable Throwable failure;

  /** What moves bytes until its channel is closed. */
  private interface Work {
    void run() throws IOException;
  }

  private KernelFlow(Channel out, Channel in) {
    this.out = out;
    this.in = in;
  }

  static KernelFlow start(NetworkNamespace from, NetworkNamespace to, TestFlow flow) {
    InetSocketAddress source = end(flow.packet().source().toString(), flow.packet().sourcePort());
    InetSocketAddress destination =
        end(flow.packet().destination().toString(), flow.packet().destinationPort());
    return flow.packet().isTcp()
        ? tcp(from, to, source, destination)
        : udp(from, to, source, destination, flow.interval());
  }

  private static InetSocketAddress end(String address, int port) {
    return new InetSocketAddress(address, port);
  }

  private static KernelFlow udp(
      NetworkNamespace from,
      NetworkNamespace to,
      InetSocketAddress source,
      InetSocketAddress destination,
      double interval) {
    DatagramChannel in =
        to.call(
            () ->
                DatagramChannel.open()
                    .setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER)
                    .bind(destination));
    DatagramChannel out = from.call(() -> DatagramChannel.open().bind(source).connect(destination));
    KernelFlow flow = new KernelFlow(out, in);
    flow.run(
        () -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
          while (true) {
            in.receive(buffer.clear());
          }
        });
    flow.run(
        () -> {
          ByteBuffer payload = ByteBuffer.allocateDirect(TestFlow.DATAGRAM);
          long start = System.nanoTime();
          for (long sent = 0; ; sent++) {
            long early = start + (long) (sent * interval) - System.nanoTime();
            if (early > 0) {
              LockSupport.parkNanos(early);
            }
            out.write(payload.clear());
          }
        });
    return flow;
  }

  private static KernelFlow tcp(
      NetworkNamespace from,
      NetworkNamespace to,
      InetSocketAddress source,
      InetSocketAddress destination) {
    try (ServerSocketChannel listener = to.call(() -> listen(destination))) {
      SocketChannel out =
          from.call(
              () -> {
                SocketChannel channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.SO_LINGER, 0).bind(source);
                channel.connect(destination);
                return channel;
              });
      SocketChannel in = listener.accept();
      KernelFlow flow = new KernelFlow(out, in);
      flow.run(
          () -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            while (in.read(buffer.clear()) >= 0) {
              // Only so that there is room again.
            }
          });
      flow.run(
          () -> {
            ByteBuffer chunk = ByteBuffer.allocateDirect(BUFFER);
            while (true) {
              out.write(chunk.clear());
            }
          });
      return flow;
    } catch (IOException e) {
      throw new IllegalStateException(source + " to " + destination, e);
    }
  }

  private static ServerSocketChannel listen(InetSocketAddress at) throws IOException {
    return ServerSocketChannel.open().setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(at);
  }

  static boolean connects(
      NetworkNamespace client,
      NetworkNamespace server,
      InetAddress from,
      InetAddress to,
      int port) {
    InetSocketAddress at = new InetSocketAddress(to, port);
    try (ServerSocketChannel _ = server.call(() -> listen(at));
        SocketChannel channel =
            client.call(() -> SocketChannel.open().bind(new InetSocketAddress(from, 0)))) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.socket().connect(at, CONNECT_MILLIS);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(from + " to " + at, e);
    }
  }

  private void run(Work work) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } catch (ClosedChannelException e) {
                // That is how it is told to end.
              } catch (IOException e) {
                if (in.isOpen() && out.isOpen()) {
                  failure = e;
                }
              }
            });
  }

  /** Fails if it ended by itself. */
  void requireRunning() {
    if (failure != null) {
      throw new AssertionError("a flow ended", failure);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
      in.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
