package dev.sluice.bench;

import dev.sluice.cli.output.Output;

/** What a benchmark found. As a document it is its own record components. */
public interface Result {
  /** Prints it for people. */
  void print(Output output);
}
