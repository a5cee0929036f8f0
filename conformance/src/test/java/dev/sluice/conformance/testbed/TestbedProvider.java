package dev.sluice.conformance.testbed;

import dev.sluice.datapath.Feature;
import java.util.Map;
import java.util.Optional;

/** Makes testbeds of one datapath. */
public interface TestbedProvider {
  /** The datapath's name, as the summary prints it. */
  String name();

  /** Why no testbed can be had here, for want of root for example; empty if one can. */
  Optional<String> unavailable();

  /**
   * A new testbed.
   *
   * @throws RuntimeException if it cannot be made although it is {@linkplain #unavailable()
   *     available}: that fails the test
   */
  Testbed open();

  /** Why the datapath lacks a feature; empty if it has it. */
  Optional<String> lacks(Feature feature);

  /** How many resources of each kind this process holds: what must be the same after a test. */
  Map<String, Integer> openResources();
}
