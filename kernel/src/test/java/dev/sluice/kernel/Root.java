package dev.sluice.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests where the process is not root, with that as the printed reason. */
public final class Root implements BeforeEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Assumptions.assumeTrue(user.equals(0), "needs root: this is user " + user);
  }
}
