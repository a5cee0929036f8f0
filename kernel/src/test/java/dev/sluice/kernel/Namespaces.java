package dev.sluice.kernel;

import dev.sluice.datapath.NotPermitted;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/** Network namespaces for tests, which are skipped where none can be made. */
public final class Namespaces {
  private Namespaces() {}

  /** A new anonymous namespace, which the test closes. */
  public static NetworkNamespace create(String label) {
    try {
      return NetworkNamespace.create(label);
    } catch (NotPermitted e) {
      Assumptions.abort("needs a network namespace: " + e.getMessage());
      throw new TestAbortedException("unreachable", e);
    }
  }
}
