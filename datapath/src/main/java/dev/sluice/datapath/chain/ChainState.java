package dev.sluice.datapath.chain;

import java.util.List;
import java.util.OptionalInt;

/**
 * A chain at one moment.
 *
 * @param at where it is
 * @param mode the hook that it is at: {@link AttachMode#TCX} or {@link AttachMode#TC}
 * @param revision grows by one with each change; 0 at the classic hook, which counts none. It
 *     starts over at 1 when a TCX chain empties, so compare the entries too.
 * @param entries the programs in the order they run
 */
public record ChainState(AttachPoint at, AttachMode mode, long revision, List<ChainEntry> entries) {
  /** Copies the entries. */
  public ChainState {
    if (mode == AttachMode.AUTO) {
      throw new IllegalArgumentException("a chain is at one hook or the other, never auto");
    }
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
