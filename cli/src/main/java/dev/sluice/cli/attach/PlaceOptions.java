package dev.sluice.cli.attach;

import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.order.Wish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Where in a chain a program goes: at one end, right beside an entry, or somewhere that its wishes
 * allow.
 */
public final class PlaceOptions {
  @Option(names = "--head", required = true, description = "Before everything else, now.")
  private boolean head;

  @Option(
      names = "--tail",
      required = true,
      description = "Behind everything else, now: the default.")
  private boolean tail;

  @ArgGroup(exclusive = false)
  private @Nullable WishOptions wishes;

  /** Where a program goes. */
  sealed interface Place {}

  /** At an anchor, which must be there. */
  record At(Anchor anchor) implements Place {}

  /** Wherever its wishes allow. */
  record Wished(Wish wish) implements Place {}

  /** What was said. What an anchor names is looked up in the chain. */
  static Place place(@Nullable PlaceOptions options, Datapath datapath, ChainState chain) {
    if (options == null || options.tail) {
      return new At(Anchor.tail());
    }
    WishOptions wishes = options.wishes;
    if (options.head || wishes == null) {
      return new At(Anchor.head());
    }
    String only = wishes.onlyEntry();
    if (only == null) {
      return new Wished(wishes.wish());
    }
    Anchor.Target target = ChainTarget.anchor(ChainTarget.parse(only), datapath, chain);
    return new At(wishes.isBefore() ? new Anchor.Before(target) : new Anchor.After(target));
  }

  /** What of it lasts. */
  static Wish wish(@Nullable PlaceOptions options) {
    return options == null || options.wishes == null ? Wish.NONE : options.wishes.wish();
  }
}
