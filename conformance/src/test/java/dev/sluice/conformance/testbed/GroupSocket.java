package dev.sluice.conformance.testbed;

import java.util.List;

/** A UDP socket that belongs to a control group, with another at the other end of the wire. */
public interface GroupSocket extends AutoCloseable {
  /** The port that all of them have. */
  int PORT = 4000;

  /** The address of the left host. */
  String LEFT = "10.1.0.1";

  /** The address of the right host. */
  String RIGHT = "10.1.0.2";

  /** Sends a text. Whether a program drops it, the sender is not told. */
  void send(String text);

  /** The texts that have come so far. */
  List<String> received();

  @Override
  void close();
}
