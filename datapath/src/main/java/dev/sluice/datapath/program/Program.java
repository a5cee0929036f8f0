package dev.sluice.datapath.program;

import java.nio.file.Path;

/** A reference to a loaded program. The program lives while anything refers to it. */
public interface Program extends AutoCloseable {
  /** The program as it is now; its counters grow. */
  ProgramInfo info();

  /** The program's translated instructions as the kernel runs them, 8 bytes each. */
  byte[] translatedInstructions();

  /** Its functions and the lines of its source, as far as they are known. */
  ProgramSymbols symbols();

  /** Runs the program on given bytes, away from any device. */
  TestRun.Result testRun(TestRun run);

  /**
   * Keeps the program under a path of a BPF file system until the path is removed.
   *
   * @param path an absolute path that does not exist yet
   */
  void pin(Path path);

  /** Gives up this reference. May be called more than once. */
  @Override
  void close();
}
