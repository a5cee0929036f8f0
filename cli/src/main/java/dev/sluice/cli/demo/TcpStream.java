package dev.sluice.cli.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One TCP connection that sends for as long as it is open. */
final class TcpStream implements Stream {
  private static final int CHUNK = 64 * 1024;

  private final Flow flow;
  private final AtomicLong received = new AtomicLong();
  private final Pump sink;
  private final Pump source;

  TcpStream(Lab lab, Flow flow) {
    this.flow = flow;
    InetSocketAddress to = new InetSocketAddress(flow.destination(), flow.port());
    ServerSocketChannel listener = lab.receiver().call(() -> listen(to));
    try (listener) {
      SocketChannel out =
          lab.sender().call(() -> connect(new InetSocketAddress(flow.source(), 0), to));
      SocketChannel in = listener.accept();
      this.sink = new Pump(flow.name() + " sink", in, () -> drain(in));
      this.source = new Pump(flow.name() + " source", out, () -> send(out));
    } catch (IOException e) {
      throw new IllegalStateException("cannot connect " + flow.source() + " to " + to, e);
    }
    sink.start();
    source.start();
  }

  private static ServerSocketChannel listen(InetSocketAddress at) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
    try {
      // The port is used by one trial after the other.
      return channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(at);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel connect(InetSocketAddress from, InetSocketAddress to)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
    try {
      // Closing resets the connection: nothing is left to send into the next trial.
      channel.setOption(StandardSocketOptions.SO_LINGER, 0).bind(from);
      channel.connect(to);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void drain(SocketChannel in) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    for (int read = 0; read >= 0; read = in.read(buffer.clear())) {
      received.addAndGet(read);
    }
  }

  private static void send(SocketChannel out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    while (true) {
      out.write(chunk.clear());
    }
  }

  @Override
  public Flow flow() {
    return flow;
  }

  @Override
  public long received() {
    return received.get();
  }

  @Override
  public @Nullable Throwable failure() {
    Throwable failure = source.failure();
    return failure != null ? failure : sink.failure();
  }

  @Override
  public void close() {
    sink.close();
    source.close();
  }
}
