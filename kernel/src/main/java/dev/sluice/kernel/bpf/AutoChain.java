package dev.sluice.kernel.bpf;

import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A chain that is at TCX or at the classic hook, which is found out when it is first used. */
final class AutoChain implements Chain {
  private final AttachPoint at;
  private final Supplier<Chain> choice;
  private volatile @Nullable Chain chosen;

  AutoChain(AttachPoint at, Supplier<Chain> choice) {
    this.at = at;
    this.choice = choice;
  }

  private Chain chosen() {
    Chain chain = chosen;
    if (chain == null) {
      chain = choice.get();
      chosen = chain;
    }
    return chain;
  }

  @Override
  public AttachPoint at() {
    return at;
  }

  @Override
  public ChainState query() {
    return chosen().query();
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    return chosen().attach(program, options);
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    chosen().attachProgram(program, options);
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    chosen().replaceProgram(old, replacement, expectedRevision);
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    chosen().detachProgram(program, expectedRevision);
  }

  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    chosen().detachAt(anchor, expectedRevision);
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
