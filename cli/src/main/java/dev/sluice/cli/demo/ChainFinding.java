package dev.sluice.cli.demo;

import java.util.List;

/**
 * What a chain of programs did.
 *
 * @param chain the programs in the order they ran
 * @param findings the rates of the classes that packets were put into
 * @param checks what must be so about the programs' own counters
 */
record ChainFinding(List<Entry> chain, List<Finding> findings, List<Check> checks) {
  ChainFinding {
    chain = List.copyOf(chain);
    findings = List.copyOf(findings);
    checks = List.copyOf(checks);
  }

  /**
   * A program in the chain.
   *
   * @param name its name
   * @param programId its number
   * @param linkId the number of the link that owns its place
   * @param says what it may say about a packet
   */
  record Entry(String name, int programId, int linkId, String says) {}

  /** How many checks there were. */
  int total() {
    return findings.size() + checks.size();
  }

  /** How many did not hold. */
  long failures() {
    return findings.stream().filter(finding -> !finding.holds()).count()
        + checks.stream().filter(check -> !check.holds()).count();
  }
}
