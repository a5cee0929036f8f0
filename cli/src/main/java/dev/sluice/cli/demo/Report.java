package dev.sluice.cli.demo;

import java.util.List;

/** Hears how a demo goes, while it goes. */
interface Report {
  /** The lab stands. */
  void lab(Lab lab);

  /** A scenario begins. */
  void scenario(int number, String title);

  /** A command was run. */
  void configured(Scenario.Command command, String output);

  /** Traffic flows and will be measured. */
  void sending(String trial);

  /** A trial was measured. */
  void findings(List<Finding> findings);

  /** Programs were attached. */
  void attached(List<ChainFinding.Entry> chain);

  /** Something was compared. */
  void checked(List<Check> checks);

  /** Everything was removed. */
  void removed(Removal removal);

  /** It is over. */
  void verdict(DemoResult result);
}
