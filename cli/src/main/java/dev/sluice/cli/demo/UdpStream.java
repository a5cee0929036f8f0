package dev.sluice.cli.demo;

import dev.sluice.datapath.Rate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that fill a frame.
 *
 * <p>Without an offered rate the socket's send buffer sets the pace: the kernel counts a packet
 * against it until the qdisc lets go of the packet, so the sender blocks instead of overflowing the
 * queue.
 */
final class UdpStream implements Stream {
  /**
   * Payload that fills a frame of 1,500 bytes: 20 bytes of IPv4 header and 8 of UDP go beside it.
   */
  static final int PAYLOAD = 1472;

  /** The frame as qdiscs count it: with 14 bytes of Ethernet header. */
  static final int FRAME = 1514;

  private static final int RECEIVE_BUFFER = 1 << 20;

  private final Flow flow;
  private final AtomicLong received = new AtomicLong();
  private final Pump sink;
  private final Pump source;

  UdpStream(Lab lab, Flow flow) {
    this.flow = flow;
    InetSocketAddress to = new InetSocketAddress(flow.destination(), flow.port());
    DatagramChannel in = lab.receiver().call(() -> listen(to));
    this.sink = new Pump(flow.name() + " sink", in, () -> drain(in));
    DatagramChannel out;
    try {
      out = lab.sender().call(() -> connect(new InetSocketAddress(flow.source(), 0), to));
    } catch (RuntimeException e) {
      sink.close();
      throw e;
    }
    this.source = new Pump(flow.name() + " source", out, () -> send(out, flow.offered()));
    sink.start();
    source.start();
  }

  private static DatagramChannel listen(InetSocketAddress at) throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      return channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER).bind(at);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static DatagramChannel connect(InetSocketAddress from, InetSocketAddress to)
      throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      return channel.bind(from).connect(to);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void drain(DatagramChannel in) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
    while (true) {
      in.receive(buffer.clear());
      received.addAndGet(buffer.position());
    }
  }

  private static void send(DatagramChannel out, @Nullable Rate offered) throws IOException {
    ByteBuffer payload = ByteBuffer.allocateDirect(PAYLOAD);
    double interval = offered == null ? 0 : FRAME * 1e9 / offered.bytesPerSecond();
    long start = System.nanoTime();
    for (long sent = 0; ; sent++) {
      long early = start + (long) (sent * interval) - System.nanoTime();
      if (offered != null && early > 0) {
        LockSupport.parkNanos(early);
      }
      out.write(payload.clear());
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
    source.close();
    sink.close();
  }
}
