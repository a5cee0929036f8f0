package dev.sluice.conformance.testbed;

import java.nio.file.Path;

/**
 * Two hosts, left and right, joined by wires: what a datapath brings so that the suite can run on
 * it.
 *
 * <p>Wire 0 is there from the start and joins the devices {@code left0} and {@code right0}, both
 * up. Neither host has an address or sends anything by itself, so that all traffic is the test's.
 */
public interface Testbed extends AutoCloseable {
  /** The host whose datapath is under test. */
  Host left();

  /** The host at the other end. */
  Host right();

  /**
   * Joins the hosts by another wire, with a device {@code leftN} and {@code rightN} at its ends.
   *
   * @param number N, 1 or more
   */
  void addWire(int number);

  /**
   * Joins the hosts by a netkit pair, whose primary device is {@code leftN}, and its peer {@code
   * rightN}. It is taken away like a wire.
   *
   * @param number N, 1 or more
   */
  void addNetkit(int number);

  /** Takes a wire and the devices at both its ends away. */
  void removeWire(int number);

  /**
   * Makes a control group. From then on both hosts have addresses at wire 0.
   *
   * @param path its path below one of the testbed's own: {@code a}, then {@code a/b}
   * @return its absolute path
   */
  Path addGroup(String path);

  /** Removes a control group. Those that are left go with the testbed. */
  void removeGroup(Path group);

  /**
   * Waits until every frame that was sent so far has arrived, is lost, or waits in a queue for more
   * tokens than there are.
   */
  void settle();

  /** Where programs, maps and links can be pinned: an empty directory of this testbed's own. */
  Path pinDirectory();

  /** Removes a pin. */
  void unpin(Path path);

  /** Takes everything down, pins included. */
  @Override
  void close();
}
