package dev.sluice.conformance.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints, behind everything else, how many of each datapath's tests ran, and why the others did
 * not: {@code kernel: 211 of 214 ran}. So a skip cannot pass for success.
 *
 * <p>A datapath's tests are those with a tag {@code datapath.NAME}. A skipped container counts for
 * the tests in it that are known; a parameterised test that was never expanded counts for one.
 */
public final class RunSummary implements LauncherSessionListener, TestExecutionListener {
  private static final String TAG = "datapath.";

  private final Map<String, Count> counts = new TreeMap<>();
  private @Nullable TestPlan plan;

  private static final class Count {
    private int tests;
    private int skipped;
    private final Map<String, Integer> reasons = new TreeMap<>();

    void skip(String reason) {
      skipped++;
      reasons.merge(reason, 1, Integer::sum);
    }
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    session.getLauncher().registerTestExecutionListeners(this);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    for (TestIdentifier leaf : leaves(test)) {
      count(leaf).ifPresent(count -> skip(count, reason));
    }
  }

  private List<TestIdentifier> leaves(TestIdentifier test) {
    if (plan == null || plan.getChildren(test).isEmpty()) {
      return List.of(test);
    }
    return plan.getChildren(test).stream().flatMap(child -> leaves(child).stream()).toList();
  }

  private static void skip(Count count, String reason) {
    count.tests++;
    count.skip(reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (!test.isTest()) {
      return;
    }
    count(test)
        .ifPresent(
            count -> {
              count.tests++;
              if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                count.skip(result.getThrowable().map(Throwable::getMessage).orElse("no reason"));
              }
            });
  }

  private Optional<Count> count(TestIdentifier test) {
    return test.getTags().stream()
        .map(TestTag::getName)
        .filter(tag -> tag.startsWith(TAG))
        .findFirst()
        .map(tag -> counts.computeIfAbsent(tag.substring(TAG.length()), _ -> new Count()));
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  /** The lines to print. */
  String text() {
    StringBuilder out = new StringBuilder();
    counts.forEach(
        (name, count) -> {
          out.append(name).append(": ").append(count.tests - count.skipped);
          out.append(" of ").append(count.tests).append(" ran\n");
          count.reasons.forEach(
              (reason, times) ->
                  out.append("  ").append(times).append(" skipped: ").append(reason).append('\n'));
        });
    return out.toString();
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    String text = text();
    if (text.isEmpty()) {
      return;
    }
    System.out.print(text);
    System.out.flush();
    // Where the build's last words come from.
    Path target = Path.of(System.getProperty("basedir", ".")).resolve("target");
    try {
      if (Files.isDirectory(target)) {
        Files.writeString(target.resolve("summary.txt"), text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
