package dev.sluice.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Runs scenarios in a lab and measures what comes of them. */
final class Demo {
  /** Before measuring, TCP finds its rate, and buckets that were full become empty. */
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(1);

  /** How long a queue may take to empty once nobody sends. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Lab lab;
  private final Duration length;
  private final Report report;

  /**
   * A demo.
   *
   * @param lab where
   * @param length how long each trial is measured
   * @param report hears how it goes
   */
  Demo(Lab lab, Duration length, Report report) {
    this.lab = lab;
    this.length = length;
    this.report = report;
  }

  /** Configures, tries everything and removes the configuration. */
  List<Finding> run(Scenario scenario) {
    configure(scenario);
    List<Finding> findings = new ArrayList<>();
    for (Trial trial : scenario.trials()) {
      report.sending(trial.title());
      List<Finding> found = Finding.of(scenario, trial, measure(trial.flows()));
      report.findings(found);
      findings.addAll(found);
    }
    remove();
    return findings;
  }

  /** Runs a scenario's command lines. */
  void configure(Scenario scenario) {
    scenario.commands().forEach(command -> report.configured(command, lab.tc(command.line())));
  }

  /** Removes what was configured. */
  void remove() {
    lab.tc("tc qdisc del dev " + Lab.DEVICE + " root");
  }

  /** Sends flows and reads all counters at the beginning and the end of a steady time. */
  Interval measure(List<Flow> flows) {
    List<Stream> streams = new ArrayList<>();
    try {
      flows.forEach(flow -> streams.add(Stream.start(lab, flow)));
      pause(length.compareTo(LONGEST_WARM_UP) < 0 ? length : LONGEST_WARM_UP);
      Reading from = Reading.of(lab.datapath(), lab.device(), streams);
      pause(length);
      Reading to = Reading.of(lab.datapath(), lab.device(), streams);
      for (Stream stream : streams) {
        Throwable failure = stream.failure();
        if (failure != null) {
          throw new IllegalStateException(stream.flow().name() + " ended early", failure);
        }
      }
      return new Interval(from, to);
    } finally {
      streams.forEach(Stream::close);
      drain();
    }
  }

  /** Waits until the device's queue is empty, so that a trial does not send another's packets. */
  private void drain() {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (Reading.of(lab.datapath(), lab.device(), List.of()).waiting() > 0
        && System.nanoTime() - deadline < 0) {
      pause(PAUSE);
    }
  }

  /**
   * Waits.
   *
   * @throws Interrupted when the demo is called off meanwhile
   */
  private static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new Interrupted();
      }
    }
  }

  /** The demo was called off. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Interrupted() {
      super("interrupted");
    }
  }
}
