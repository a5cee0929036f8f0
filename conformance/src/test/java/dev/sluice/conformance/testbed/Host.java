package dev.sluice.conformance.testbed;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import java.nio.file.Path;

/** One end of the wires. */
public interface Host {
  /** The datapath that sees this host's devices; closed with the testbed. */
  Datapath datapath();

  /** Another datapath that sees this host's devices, for the caller to close. */
  Datapath openDatapath();

  /** The host's end of a wire. */
  Device device(int wire);

  /** The host's end of wire 0. */
  default Device device() {
    return device(0);
  }

  /**
   * Gives a device a frame to send, as a program of the host would: the frame passes the device's
   * egress hooks and its qdisc, then the wire, then the ingress hooks of the device at the other
   * end.
   *
   * @param device the device
   * @param frame the frame
   * @param priority the packet's priority, {@code skb->priority}; 0 for none
   */
  void send(Device device, Frame frame, int priority);

  /**
   * Opens a UDP socket of a control group, from the host's address at wire 0 to the other host's.
   */
  GroupSocket socket(Path group);

  /** Gives the host's end of wire 0 a frame to send, without a priority. */
  default void send(Frame frame) {
    send(device(), frame, 0);
  }

  /** Begins to record the IPv4 frames that come to the host past a device's ingress hooks. */
  Capture capture(Device device);

  /** Begins to record at the host's end of wire 0. */
  default Capture capture() {
    return capture(device());
  }
}
