package dev.sluice.cli.attach;

import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.datapath.chain.order.Wish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a program runs before and after. */
final class WishOptions {
  @ArgGroup(exclusive = true)
  private @Nullable EndOption end;

  @Option(
      names = "--before",
      paramLabel = "X",
      description =
          "Before X: a program's name in the chain, id:N, link:N, a pin, or, as a wish, a pattern"
              + " (cil_*) or owner:NAME. May be repeated.")
  private List<String> before = new ArrayList<>();

  @Option(names = "--after", paramLabel = "X", description = "Behind X. May be repeated.")
  private List<String> after = new ArrayList<>();

  /** An end of the chain. */
  static final class EndOption {
    @Option(
        names = "--first",
        required = true,
        description = "Before all that do not want to be first, too.")
    private boolean first;

    @Option(
        names = "--last",
        required = true,
        description = "Behind all that do not want to be last, too.")
    private boolean last;

    private Wish.Edge edge() {
      return first ? Wish.Edge.FIRST : last ? Wish.Edge.LAST : Wish.Edge.ANY;
    }
  }

  /** The one entry that was named; null if it is a pattern, an owner, or there are several. */
  @Nullable String onlyEntry() {
    if (end != null || before.size() + after.size() != 1) {
      return null;
    }
    String named = isBefore() ? before.getFirst() : after.getFirst();
    return named.startsWith("owner:") || NamePattern.of(named).isPattern() ? null : named;
  }

  /** Whether it runs before something. */
  boolean isBefore() {
    return !before.isEmpty();
  }

  /** What of it lasts: how the program is to stand to others, now and later. */
  Wish wish() {
    Wish.Edge edge = end == null ? Wish.Edge.ANY : end.edge();
    return new Wish(lasting(before), lasting(after), edge);
  }

  /** Links and pins are what is there now; names may come again. */
  private static List<String> lasting(List<String> references) {
    return references.stream()
        .filter(one -> !one.startsWith("/") && !one.startsWith("link:"))
        .toList();
  }
}
