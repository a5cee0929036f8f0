package dev.sluice.cli.attach;

import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.ChainState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where in a chain a program goes: one of these, or the tail. */
public final class AnchorOptions {
  @Option(names = "--head", required = true, description = "Before everything else.")
  private boolean head;

  @Option(names = "--tail", required = true, description = "Behind everything else: the default.")
  private boolean tail;

  @Option(
      names = "--before",
      required = true,
      paramLabel = "X",
      description = "Right before X: a program's name in the chain, id:N, link:N or a pin.")
  private @Nullable String before;

  @Option(names = "--after", required = true, paramLabel = "X", description = "Right behind X.")
  private @Nullable String after;

  /** The anchor. What it names is looked up in the chain. */
  public static Anchor resolve(
      @Nullable AnchorOptions options, Datapath datapath, ChainState chain) {
    if (options == null || options.tail) {
      return Anchor.tail();
    }
    if (options.head) {
      return Anchor.head();
    }
    if (options.before != null) {
      return new Anchor.Before(
          ChainTarget.anchor(ChainTarget.parse(options.before), datapath, chain));
    }
    if (options.after != null) {
      return new Anchor.After(
          ChainTarget.anchor(ChainTarget.parse(options.after), datapath, chain));
    }
    return Anchor.tail();
  }
}
