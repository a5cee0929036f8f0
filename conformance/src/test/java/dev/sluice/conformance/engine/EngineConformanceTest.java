package dev.sluice.conformance.engine;

import dev.sluice.conformance.suite.WholeSuite;
import dev.sluice.conformance.testbed.TestbedExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole suite on the engine. */
@Tag("datapath.engine")
class EngineConformanceTest extends WholeSuite {
  @RegisterExtension
  static final TestbedExtension TESTBEDS = new TestbedExtension(new EngineTestbeds());
}
