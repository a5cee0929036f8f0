package dev.sluice.cli.tc;

import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one command asks for, once its words have been understood. */
sealed interface Request {
  /**
   * Something is to be changed.
   *
   * @param change the change
   * @param remarks what should be said about the way it was written, once it has been done
   * @param opened a program that was opened for it and is closed when it has been done; null for
   *     none
   */
  record Make(Change change, List<String> remarks, @Nullable Program opened) implements Request {}

  /**
   * There is nothing to ask: help was printed, or it is known what the kernel would answer.
   *
   * @param code the exit code
   */
  record Nothing(int code) implements Request {}

  /** Something is to be shown. */
  non-sealed interface Show extends Request {
    /** Prints it. */
    void print(Session session, Sheet sheet);
  }
}
