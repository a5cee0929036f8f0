package dev.sluice.conformance.kernel;

import dev.sluice.conformance.suite.WholeSuite;
import dev.sluice.conformance.testbed.TestbedExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole suite on the kernel. */
@Tag("datapath.kernel")
class KernelConformanceTest extends WholeSuite {
  @RegisterExtension
  static final TestbedExtension TESTBEDS = new TestbedExtension(new KernelTestbeds());
}
