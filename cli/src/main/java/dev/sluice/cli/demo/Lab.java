package dev.sluice.cli.demo;

import dev.sluice.cli.tc.TcCommand;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.Devices;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Two hosts and a cable: two network namespaces without a name, and a veth pair between them, whose
 * ends are both called {@value #DEVICE}. The first host sends and shapes, the second receives.
 *
 * <p>Everything hangs from descriptors and threads of this process, so nothing of it outlives the
 * process, in whatever way that ends.
 */
final class Lab implements AutoCloseable {
  /** What both ends of the cable are called. */
  static final String DEVICE = "eth0";

  /** The second host's address. */
  static final String SINK = "192.168.1.1";

  /** The first host's address that one of the set-ups holds to a rate. */
  static final String HELD = "192.168.1.100";

  /** The first host's second address. */
  static final String OTHER = "192.168.1.101";

  /** The first host's third address. */
  static final String THIRD = "192.168.1.102";

  private static final List<String> SOURCES = List.of(HELD, OTHER, THIRD);
  private static final int PREFIX_LENGTH = 24;

  private final NetworkNamespace sender;
  private final NetworkNamespace receiver;
  private final Datapath datapath;
  private final Device device;

  private Lab(
      NetworkNamespace sender, NetworkNamespace receiver, Datapath datapath, Device device) {
    this.sender = sender;
    this.receiver = receiver;
    this.datapath = datapath;
    this.device = device;
  }

  /** Builds it. */
  static Lab open() {
    NetworkNamespace sender = NetworkNamespace.create("sluice demo, sender");
    try {
      NetworkNamespace receiver = NetworkNamespace.create("sluice demo, receiver");
      try {
        cable(sender, receiver);
        Datapath datapath = KernelDatapath.open(sender);
        return new Lab(sender, receiver, datapath, datapath.device(DEVICE));
      } catch (RuntimeException e) {
        receiver.close();
        throw e;
      }
    } catch (RuntimeException e) {
      sender.close();
      throw e;
    }
  }

  private static void cable(NetworkNamespace sender, NetworkNamespace receiver) {
    try (KernelDatapath here = KernelDatapath.open(sender);
        KernelDatapath there = KernelDatapath.open(receiver)) {
      Devices near = here.kernelDevices();
      Device end = near.createVeth(DEVICE, DEVICE, receiver);
      SOURCES.forEach(source -> near.addAddress(end, address(source), PREFIX_LENGTH));
      near.setUp(end, true);
      Devices far = there.kernelDevices();
      Device otherEnd = far.get(DEVICE).device();
      far.addAddress(otherEnd, address(SINK), PREFIX_LENGTH);
      far.setUp(otherEnd, true);
    }
  }

  /** The address that a dotted text names. */
  static InetAddress address(String dotted) {
    try {
      return InetAddress.getByName(dotted);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(dotted + " is not an address", e);
    }
  }

  /** The host that sends. */
  NetworkNamespace sender() {
    return sender;
  }

  /** The host that receives. */
  NetworkNamespace receiver() {
    return receiver;
  }

  /** What shapes the sender's traffic. */
  Datapath datapath() {
    return datapath;
  }

  /** The sender's end of the cable. */
  Device device() {
    return device;
  }

  /**
   * Runs a command line on the sending host, through the same code as {@code sluice tc}.
   *
   * @param line words with spaces between, of which the first is {@code tc}
   * @return what it printed
   * @throws IllegalStateException if it failed, with what it said
   */
  String tc(String line) {
    List<String> words = List.of(line.split(" "));
    String[] args = words.subList(1, words.size()).toArray(String[]::new);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    // The thread lives in the namespace, so the command works there as one typed on that host.
    int code =
        sender.call(
            () -> {
              try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
                return TcCommand.run(args, out, out);
              }
            });
    String text = said.toString(StandardCharsets.UTF_8).strip();
    if (code != 0) {
      throw new IllegalStateException(line + ": exit code " + code + ": " + text);
    }
    return text;
  }

  @Override
  public void close() {
    datapath.close();
    receiver.close();
    sender.close();
  }
}
