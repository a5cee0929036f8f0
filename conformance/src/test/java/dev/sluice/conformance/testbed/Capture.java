package dev.sluice.conformance.testbed;

import java.util.List;

/** Records the frames that come to a host. */
public interface Capture extends AutoCloseable {
  /** The frames that came since the capture began, in order. Does not wait for more. */
  List<Frame> frames();

  @Override
  void close();
}
