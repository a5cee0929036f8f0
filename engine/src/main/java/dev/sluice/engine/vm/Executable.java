package dev.sluice.engine.vm;

/** A program ready to run: interpreted, or compiled. Both give the same results. */
public interface Executable {
  /**
   * Runs the program on the packet of an execution.
   *
   * @return what the program left in R0
   * @throws Fault if it did what no verified program does, or ran out of fuel
   */
  long run(Execution execution);
}
