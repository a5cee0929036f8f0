package dev.sluice.cli.policy;

import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Packets that cross a host from {@code v0} to {@code v1}, all the time, from four senders: {@code
 * 10.0.1.1} to {@code 10.0.1.4}.
 */
final class Crossing implements AutoCloseable {
  private static final int SENDERS = 4;
  private static final int PORT = 9;
  private static final long PAUSE = 1_000_000;

  private final NetworkNamespace left = NetworkNamespace.create("left");
  private final NetworkNamespace right = NetworkNamespace.create("right");
  private final List<DatagramSocket> senders = new ArrayList<>();
  private final DatagramSocket receiver;
  private final AtomicLongArray sent = new AtomicLongArray(SENDERS + 1);
  private final AtomicLongArray arrived = new AtomicLongArray(SENDERS + 1);
  private final List<Thread> threads = new ArrayList<>();
  private final long processorsBefore = processors();
  private volatile boolean stopped;

  Crossing(NetworkNamespace host) throws IOException {
    host.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
    try (KernelDatapath middle = KernelDatapath.open(host);
        KernelDatapath one = KernelDatapath.open(left);
        KernelDatapath other = KernelDatapath.open(right)) {
      plug(middle.kernelDevices(), "v0", "10.0.1.254", left, one, 1, SENDERS);
      plug(middle.kernelDevices(), "v1", "10.0.2.254", right, other, 2, 1);
    }
    for (int i = 1; i <= SENDERS; i++) {
      InetSocketAddress from = new InetSocketAddress("10.0.1." + i, PORT);
      senders.add(left.call(() -> new DatagramSocket(from)));
    }
    receiver = right.call(() -> new DatagramSocket(new InetSocketAddress("10.0.2.1", PORT)));
    receiver.setSoTimeout(100);
  }

  private static void plug(
      Devices host,
      String name,
      String address,
      NetworkNamespace namespace,
      KernelDatapath there,
      int net,
      int ends)
      throws IOException {
    Device near = host.createVeth(name, "eth0", namespace);
    Device far = there.device("eth0");
    host.addAddress(near, InetAddress.getByName(address), 24);
    for (int i = 1; i <= ends; i++) {
      there.kernelDevices().addAddress(far, InetAddress.getByName("10.0." + net + "." + i), 24);
    }
    host.setUp(near, true);
    there.kernelDevices().setUp(far, true);
    there
        .kernelDevices()
        .addRoute(far, InetAddress.getByName("0.0.0.0"), 0, InetAddress.getByName(address));
  }

  void start() {
    threads.add(Thread.ofPlatform().daemon().start(this::send));
    threads.add(Thread.ofPlatform().daemon().start(this::receive));
  }

  private void send() {
    InetSocketAddress to = new InetSocketAddress("10.0.2.1", PORT);
    while (!stopped && !Thread.currentThread().isInterrupted()) {
      for (int i = 1; i <= SENDERS; i++) {
        byte[] content = {(byte) i};
        try {
          senders.get(i - 1).send(new DatagramPacket(content, 1, to));
          sent.incrementAndGet(i);
        } catch (IOException e) {
          // it was interrupted, or the kernel has no buffer
        }
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private void receive() {
    DatagramPacket packet = new DatagramPacket(new byte[8], 8);
    while (true) {
      try {
        receiver.receive(packet);
      } catch (SocketTimeoutException e) {
        if (stopped) {
          return; // nothing is on its way any more
        }
        continue;
      } catch (IOException e) {
        return;
      }
      int from = packet.getData()[0];
      arrived.incrementAndGet(from);
    }
  }

  void stop() throws InterruptedException {
    threads.getFirst().interrupt();
    threads.getFirst().join();
    stopped = true;
    threads.getLast().join();
  }

  /** How many packets of a sender were sent, from 1. */
  long sent(int sender) {
    return sent.get(sender);
  }

  /** How many arrived. */
  long arrived(int sender) {
    return arrived.get(sender);
  }

  /**
   * How many were lost because this machine was too slow: by the receiver, whose line ends in that,
   * or by a processor between the devices, of all that pass there.
   */
  long overrun() throws IOException {
    return processors()
        - processorsBefore
        + right.call(
            () ->
                Files.readAllLines(Path.of("/proc/thread-self/net/udp")).stream()
                    .skip(1)
                    .mapToLong(line -> Long.parseLong(line.strip().replaceFirst(".* ", "")))
                    .sum());
  }

  /** The second column of each processor's line. */
  private static long processors() throws IOException {
    return Files.readAllLines(Path.of("/proc/net/softnet_stat")).stream()
        .mapToLong(line -> Long.parseLong(line.split(" ", 3)[1], 16))
        .sum();
  }

  @Override
  public void close() {
    stopped = true;
    senders.forEach(DatagramSocket::close);
    receiver.close();
    left.close();
    right.close();
  }
}
