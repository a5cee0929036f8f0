package dev.sluice.cli.demo;

import java.util.List;

/**
 * All that a demo found.
 *
 * @param datapath where it ran
 * @param secondsPerTrial how long each trial was measured
 * @param findings rates configured beside rates measured
 * @param chain what the chain of programs counted
 * @param removal what is left of it
 * @param holds whether every check does
 */
record DemoResult(
    String datapath,
    double secondsPerTrial,
    List<Finding> findings,
    ChainFinding chain,
    Removal removal,
    boolean holds) {
  DemoResult {
    findings = List.copyOf(findings);
  }

  static DemoResult of(
      double secondsPerTrial, List<Finding> findings, ChainFinding chain, Removal removal) {
    boolean holds = failures(findings, chain, removal) == 0;
    return new DemoResult("kernel", secondsPerTrial, findings, chain, removal, holds);
  }

  /** How many checks there were. */
  int checks() {
    return findings.size() + chain.total() + 1;
  }

  /** How many checks did not hold. */
  long failures() {
    return failures(findings, chain, removal);
  }

  private static long failures(List<Finding> findings, ChainFinding chain, Removal removal) {
    return findings.stream().filter(finding -> !finding.holds()).count()
        + chain.failures()
        + (removal.isComplete() ? 0 : 1);
  }
}
