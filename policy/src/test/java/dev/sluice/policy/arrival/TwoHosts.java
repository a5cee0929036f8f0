package dev.sluice.policy.arrival;

import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.Namespaces;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Two network namespaces with a veth pair between them, {@code eth0} in each, both with addresses.
 */
final class TwoHosts implements AutoCloseable {
  static final InetAddress NEAR = address(10, 0, 0, 1);
  static final InetAddress FAR = address(10, 0, 0, 2);
  static final InetAddress NEAR6 = address6(1);
  static final InetAddress FAR6 = address6(2);

  final NetworkNamespace near = Namespaces.create("near");
  final NetworkNamespace far = Namespaces.create("far");
  final KernelDatapath datapath = KernelDatapath.open(near);
  final Device eth0;

  private final KernelDatapath other = KernelDatapath.open(far);

  TwoHosts() {
    eth0 = datapath.kernelDevices().createVeth("eth0", "eth0", far);
    plug(datapath, NEAR, NEAR6);
    plug(other, FAR, FAR6);
  }

  private static void plug(KernelDatapath at, InetAddress four, InetAddress six) {
    Device device = at.device("eth0");
    at.kernelDevices().setUp(device, true);
    at.kernelDevices().addAddress(device, four, 24);
    at.kernelDevices().addAddress(device, six, 64);
  }

  private static InetAddress address(int... parts) {
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = (byte) parts[i];
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InetAddress address6(int last) {
    return address(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last);
  }

  /** Whether an echo comes back from the near host. */
  boolean echoes(InetAddress target) {
    return far.call(() -> target.isReachable(2000));
  }

  DatagramSocket receiver(int port) {
    return near.call(
        () -> {
          DatagramSocket socket = new DatagramSocket(null);
          socket.setReceiveBufferSize(4 << 20);
          socket.bind(new InetSocketAddress(NEAR, port));
          return socket;
        });
  }

  DatagramSocket sender() {
    return far.call(() -> new DatagramSocket(0, FAR));
  }

  /**
   * Sends from the far to the near host by TCP.
   *
   * @return the rate at which payload came, in bits a second, of the last three quarters of the
   *     time
   */
  double transfer(InetAddress to, long milliseconds) throws Exception {
    Thread sending;
    double rate;
    try (ServerSocket server = near.call(() -> new ServerSocket(0, 1, to));
        Socket client = far.call(() -> new Socket(to, server.getLocalPort()));
        Socket accepted = server.accept()) {
      sending = Thread.ofPlatform().daemon().start(() -> flood(client));
      rate = rateOf(accepted, milliseconds);
    }
    sending.join();
    return rate;
  }

  private static void flood(Socket socket) {
    byte[] block = new byte[1 << 16];
    try {
      OutputStream out = socket.getOutputStream();
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // The receiver has had enough.
    }
  }

  private static double rateOf(Socket socket, long milliseconds) throws IOException {
    long begin = System.nanoTime();
    long from = begin + milliseconds * 250_000L;
    long until = begin + milliseconds * 1_000_000L;
    byte[] buffer = new byte[1 << 18];
    long bytes = 0;
    long first = 0;
    long now = begin;
    InputStream in = socket.getInputStream();
    while (now < until) {
      int got = in.read(buffer);
      now = System.nanoTime();
      if (first == 0 && now >= from) {
        first = now;
        bytes = 0;
      } else {
        bytes += got;
      }
    }
    return bytes * 8e9 / (now - first);
  }

  @Override
  public void close() {
    other.close();
    datapath.close();
    near.close();
    far.close();
  }
}
