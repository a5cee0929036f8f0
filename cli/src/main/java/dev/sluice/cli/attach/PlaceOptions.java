package dev.sluice.cli.attach;

import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.order.NamePattern;
import dev.sluice.datapath.chain.order.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where in a chain a program goes: at one end, right beside an entry, or somewhere that its wishes
 * allow.
 */
public final class PlaceOptions {
  @Option(names = "--head", description = "Before everything else, now.")
  private boolean head;

  @Option(names = "--tail", description = "Behind everything else, now: the default.")
  private boolean tail;

  @Option(names = "--first", description = "Before all that do not want to be first, too.")
  private boolean first;

  @Option(names = "--last", description = "Behind all that do not want to be last, too.")
  private boolean last;

  @Option(
      names = "--before",
      paramLabel = "X",
      description =
          "Before X: a program's name in the chain, id:N, link:N, a pin, or, as a wish, a pattern"
              + " (cil_*) or owner:NAME. May be repeated.")
  private List<String> before = new ArrayList<>();

  @Option(names = "--after", paramLabel = "X", description = "Behind X. May be repeated.")
  private List<String> after = new ArrayList<>();

  /** Where a program goes. */
  sealed interface Place {}

  /** At an anchor, which must be there. */
  record At(Anchor anchor) implements Place {}

  /** Wherever its wishes allow. */
  record Wished(Wish wish) implements Place {}

  /** What was said. What an anchor names is looked up in the chain. */
  Place place(Datapath datapath, ChainState chain) {
    int said =
        (int) Stream.of(head, tail, first, last).filter(each -> each).count()
            + (before.isEmpty() && after.isEmpty() ? 0 : 1);
    boolean both = (first || last) && said == 2 && !head && !tail && !(first && last);
    if (said > 1 && !both) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "expected one of --head, --tail, --first, --last, or --before and --after");
    }
    if (head || tail || said == 0) {
      return new At(head ? Anchor.head() : Anchor.tail());
    }
    String only = first || last ? null : theOnlyEntry();
    if (only == null) {
      return new Wished(wish());
    }
    Anchor.Target target = ChainTarget.anchor(ChainTarget.parse(only), datapath, chain);
    return new At(before.isEmpty() ? new Anchor.After(target) : new Anchor.Before(target));
  }

  /** The one entry that was named; null if it is a pattern, an owner, or there are several. */
  private @Nullable String theOnlyEntry() {
    if (before.size() + after.size() != 1) {
      return null;
    }
    String named = before.isEmpty() ? after.getFirst() : before.getFirst();
    return named.startsWith("owner:") || NamePattern.of(named).isPattern() ? null : named;
  }

  /** What of it lasts: how the program is to stand to others, now and later. */
  Wish wish() {
    Wish.Edge edge = first ? Wish.Edge.FIRST : last ? Wish.Edge.LAST : Wish.Edge.ANY;
    return new Wish(lasting(before), lasting(after), edge);
  }

  /** Links and pins are what is there now; names may come again. */
  private static List<String> lasting(List<String> references) {
    return references.stream()
        .filter(one -> !one.startsWith("/") && !one.startsWith("link:"))
        .toList();
  }
}
