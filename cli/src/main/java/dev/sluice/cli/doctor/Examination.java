package dev.sluice.cli.doctor;

import java.util.List;

/** Looks for some of what can be wrong. */
@FunctionalInterface
interface Examination {
  /** What was found. Nothing is changed. */
  List<Finding> findings(Scope scope);
}
