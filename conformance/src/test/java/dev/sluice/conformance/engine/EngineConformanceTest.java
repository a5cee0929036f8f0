package dev.sluice.conformance.engine;

import dev.sluice.conformance.suite.WholeSuite;
import dev.sluice.conformance.testbed.TestbedExtension;
import dev.sluice.engine.vm.ExecutionMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole suite on the engine, with programs interpreted. */
@Tag("datapath.engine")
class EngineConformanceTest extends WholeSuite {
  @RegisterExtension
  static final TestbedExtension TESTBEDS =
      new TestbedExtension(new EngineTestbeds(ExecutionMode.INTERPRETED));
}
