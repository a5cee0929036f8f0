package dev.sluice.policy.plan;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.policy.spec.OwnProgram;
import java.nio.file.Path;

/** Reads programs of the user's own from files. */
@FunctionalInterface
public interface ProgramFiles {
  /** Reads none. */
  ProgramFiles NONE =
      (file, _) -> {
        throw new InvalidInput(file.toString(), 0, 0, "programs are not read from files here");
      };

  /**
   * Reads a program.
   *
   * @param file the file
   * @param program which of its programs, and what its constants are set to
   * @return an object with that program alone
   * @throws NotFound if there is no such file, or no such program in it
   * @throws InvalidInput if it cannot be read
   */
  ObjectSpec read(Path file, OwnProgram program);
}
