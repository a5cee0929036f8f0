package dev.sluice.cli.attach;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Rollback;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.AttachmentNote;
import dev.sluice.cli.chain.ChainTarget;
import dev.sluice.cli.chain.HookAddress;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.order.Wish;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice chain order}: gives a program wishes, and puts a chain in the order they want. */
@Command(
    name = "order",
    description = {
      "Put Sluice's programs of a chain where they want to be; those of others are never moved.",
      "  sluice chain order tcx:eth0/ingress guard --before 'cil_*'",
      "With TARGET, its wishes are replaced first. A moved program misses no packet."
    },
    mixinStandardHelpOptions = true)
public final class ChainOrderCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "HOOK",
      description =
          "Where: tcx:DEV/ingress|egress, cgroup:PATH/ingress|egress or netkit:DEV/primary|peer")
  private String hook = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TARGET",
      description =
          "Whose wishes are replaced: a program's name in the chain, id:N, link:N or a pin.")
  private @Nullable String target;

  @Mixin private final WishOptions wishes = new WishOptions();

  /** The command for one session. */
  public ChainOrderCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    HookAddress address = HookAddress.parse(hook);
    Wish wish = wishes.wish();
    if (target == null && !wish.isNone()) {
      throw new InvalidInput("command line", 0, 0, "expected a TARGET that wishes this");
    }
    Datapath datapath = session.datapath();
    Chain chain = datapath.chain(address.in(datapath), address.mode());
    ChainState state = chain.query();
    if (!OrderedChain.isMovable(state.hook())) {
      throw new Refusal(
          address
              + " has no order to be put in: "
              + (state.hook() == Hook.XDP
                  ? "a device has one XDP program"
                  : "filters have priorities, and those of the classic hook keep no wishes;"
                      + " sluice tcx migrate moves them to TCX"));
    }
    OrderedChain ordered = new OrderedChain(session, chain);
    ordered.repair();
    try (Rollback rollback = new Rollback()) {
      if (target != null) {
        replaceWish(datapath, chain.query(), ChainTarget.parse(target), wish, rollback);
      }
      List<String> moved = ordered.reconcile();
      rollback.keep();
      session
          .output()
          .print(
              moved,
              output -> {
                moved.forEach(one -> output.line("moved " + one));
                if (moved.isEmpty()) {
                  output.line("in order: " + address);
                }
              });
    }
    return ExitCode.OK;
  }

  private void replaceWish(
      Datapath datapath, ChainState state, ChainTarget wanted, Wish wish, Rollback rollback) {
    ChainEntry entry = ChainTarget.find(wanted, datapath, state);
    if (!entry.hasLink()) {
      throw new Refusal(wanted + " has no link of Sluice's, so it cannot be moved");
    }
    try (OwnLink own = OwnLink.open(datapath, session.pins(), state.at(), wanted, entry)) {
      Path pin = own.pins().getFirst();
      AttachmentNote before = AttachmentNote.read(datapath, session.pins(), pin);
      before.with(wish).write(datapath, session.pins(), pin, rollback);
      rollback.add(
          () -> {
            try (Rollback none = new Rollback()) {
              before.write(datapath, session.pins(), pin, none);
              none.keep();
            }
          });
    }
  }
}
