package dev.sluice.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong, or worth knowing.
 *
 * @param check what was looked for
 * @param where a hook, a device, a pin or a policy
 * @param problem what is so, for people
 * @param fix what a person can do about it
 * @param repair mends it; null where that is not Sluice's to do. It changes nothing of others'.
 */
record Finding(Check check, String where, String problem, String fix, @Nullable Runnable repair) {
  /** One that only a person can do something about. */
  Finding(Check check, String where, String problem, String fix) {
    this(check, where, problem, fix, null);
  }

  /** Whether it is the same matter, found another time. */
  boolean isAgain(Finding other) {
    return check == other.check && where.equals(other.where) && problem.equals(other.problem);
  }
}
