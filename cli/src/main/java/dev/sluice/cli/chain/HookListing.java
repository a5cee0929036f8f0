package dev.sluice.cli.chain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hook with its programs and what they can return.
 *
 * @param hook where it is: {@code tcx:eth0/ingress}
 * @param revision how often the chain changed; null where the hook does not count
 * @param filters how many classic filters of all kinds there are, those with programs among them;
 *     null at other hooks
 * @param programs the programs in the order they run
 */
public record HookListing(
    String hook, @Nullable Long revision, @Nullable Integer filters, List<Line> programs) {
  /** Copies the list. */
  public HookListing {
    programs = List.copyOf(programs);
  }

  /**
   * A program.
   *
   * @param kind {@code link}, {@code bare}, or {@code filter} at the classic hook
   * @param returns the names of what it can return; {@code any} alone if that is not known
   * @param note what is remarkable; empty if nothing is
   * @param program the program and its owner
   */
  public record Line(String kind, List<String> returns, String note, ChainListing.Entry program) {
    /** Copies the list. */
    public Line {
      returns = List.copyOf(returns);
    }

    /** Whether no packet gets to it. */
    public boolean neverReached() {
      return note.equals(Reachability.UNREACHABLE);
    }

    /** Whether it lets no packet get to what is behind it. */
    public boolean letsNothingOn() {
      return !note.isEmpty() && !neverReached();
    }
  }
}
