package dev.sluice.datapath.tc;

import dev.sluice.datapath.SluiceException;
import java.util.List;

/** What came of a {@link Change}. */
public sealed interface Outcome {
  /** The change. */
  Change change();

  /**
   * It was done.
   *
   * @param change the change
   * @param warnings what the kernel said beside its yes, without a line break
   */
  record Done(Change change, List<String> warnings) implements Outcome {
    /** Copies the warnings. */
    public Done {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It was refused.
   *
   * @param change the change
   * @param reason why
   */
  record Refused(Change change, SluiceException reason) implements Outcome {}

  /**
   * It was not tried, or taken back, because one before it was refused.
   *
   * @param change the change
   */
  record NotTried(Change change) implements Outcome {}
}
