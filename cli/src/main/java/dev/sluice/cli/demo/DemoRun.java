package dev.sluice.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A demo from nothing to nothing: builds the lab, runs every scenario, removes everything and looks
 * whether something is left, also when it is called off by Ctrl-C.
 */
final class DemoRun {
  /** How long a run that is called off may take to clean up; the process's end cleans up anyway. */
  private static final long CLEAN_UP_SECONDS = 8;

  private final Duration length;
  private final Report report;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean calledOff;
  private Set<String> namespaces = Set.of();
  private Removal.Footprint footprint = Removal.Footprint.NONE;

  DemoRun(Duration length, Report report) {
    this.length = length;
    this.report = report;
  }

  /**
   * Runs it.
   *
   * @throws Demo.Interrupted if it was called off; everything is removed then
   */
  DemoResult call() {
    Thread running = Thread.currentThread();
    Thread hook =
        new Thread(
            () -> {
              calledOff = true;
              running.interrupt();
              try {
                boolean _ = over.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "demo clean-up");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return run();
    } finally {
      over.countDown();
      if (!calledOff) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private DemoResult run() {
    Removal.Before before = Removal.before();
    List<Finding> findings = new ArrayList<>();
    ChainFinding chain;
    try {
      try (Lab lab = Lab.open()) {
        namespaces = Set.of(Removal.nameOf(lab.sender()), Removal.nameOf(lab.receiver()));
        report.lab(lab);
        Demo demo = new Demo(lab, length, report);
        int number = 1;
        for (Scenario scenario : Article.scenarios()) {
          report.scenario(number++, scenario.title());
          findings.addAll(demo.run(scenario));
        }
        report.scenario(number, ChainScenario.TITLE);
        chain = new ChainScenario(lab, demo, report).run(loaded -> footprint = loaded);
      }
    } catch (RuntimeException e) {
      throw calledOff ? cleanUpSaid(before) : e;
    }
    Removal removal = before.compare(namespaces, footprint);
    report.removed(removal);
    return DemoResult.of(length.toNanos() / 1e9, findings, chain, removal);
  }

  /** The lab is closed already; says what is left of it. */
  private Demo.Interrupted cleanUpSaid(Removal.Before before) {
    boolean _ = Thread.interrupted();
    report.removed(before.compare(namespaces, footprint));
    return new Demo.Interrupted();
  }
}
