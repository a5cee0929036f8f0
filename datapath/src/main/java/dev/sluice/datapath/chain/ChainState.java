package dev.sluice.datapath.chain;

import java.util.List;
import java.util.OptionalInt;

/**
 * A chain at one moment.
 *
 * @param at where it is
 * @param hook the hook that it is at, which with {@link AttachMode#AUTO} was found out
 * @param revision grows by one with each change; 0 where the {@linkplain Hook#hasRevision hook}
 *     counts none. It starts over at 1 when a TCX chain empties, so compare the entries too.
 * @param entries the programs in the order they run
 */
public record ChainState(AttachPoint at, Hook hook, long revision, List<ChainEntry> entries) {
  /** Copies the entries. */
  public ChainState {
    entries = List.copyOf(entries);
  }

  /** The place of a program, from 0. */
  public OptionalInt indexOfProgram(int programId) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).programId() == programId) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The place of the entry that a link owns, from 0. */
  public OptionalInt indexOfLink(int linkId) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).hasLink() && entries.get(i).linkId() == linkId) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
