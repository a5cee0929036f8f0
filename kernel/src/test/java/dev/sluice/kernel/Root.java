package dev.sluice.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests where the process is not root, with that as the printed reason. A condition, so that
 * nothing that a test opens before and closes after it is run at all.
 */
public final class Root implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Object user;
    try {
      user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Methods one by one, so that each counts as skipped.
    return context.getTestMethod().isEmpty() || user.equals(0)
        ? ConditionEvaluationResult.enabled("runs as root")
        : ConditionEvaluationResult.disabled("needs root: this is user " + user);
  }
}
