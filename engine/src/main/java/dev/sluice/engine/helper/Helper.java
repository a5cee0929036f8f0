package dev.sluice.engine.helper;

import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;

/**
 * A helper function as programs call it. Addresses among the arguments are resolved and checked by
 * {@link Execution#locate} for each access.
 */
@FunctionalInterface
public interface Helper {
  /**
   * Does what the helper does.
   *
   * @return what it leaves in R0
   * @throws Fault if an argument is no address of enough memory
   */
  long call(Execution execution, long r1, long r2, long r3, long r4, long r5);
}
