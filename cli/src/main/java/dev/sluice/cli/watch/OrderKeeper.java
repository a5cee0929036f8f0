package dev.sluice.cli.watch;

import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.attach.OrderedChain;
import dev.sluice.cli.chain.DeviceHooks;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts programs of ours back to where they wish to be. A neighbour may do the same: who is broken
 * too often has met one, and the chain is then left as it is, for two that move for ever help
 * nobody.
 */
final class OrderKeeper {
  /** So often may an order be put back within the time of {@link #TIME}. */
  static final int MOST = 5;

  private static final Duration TIME = Duration.ofSeconds(10);

  private final Session session;
  private final Map<AttachPoint, Deque<Long>> restored = new HashMap<>();

  OrderKeeper(Session session) {
    this.session = session;
  }

  /** Puts the order of a chain right, and says what was done, or why it was not. */
  void keep(AttachPoint at) {
    if (!OrderedChain.isMovable(at.hook())) {
      return;
    }
    try {
      DeviceHooks.unlessGone(() -> restore(at), List.of());
    } catch (Refusal | KernelRejected | NotFound e) {
      session.note(at + ": not put in order: " + e.getMessage());
    }
  }

  private List<String> restore(AttachPoint at) {
    OrderedChain chain =
        new OrderedChain(session, session.datapath().chain(at, AttachMode.exactly(at.hook())));
    OrderedChain.Disorder disorder = chain.disorder();
    if (disorder == null) {
      return List.of();
    }
    if (disorder.clash() != null) {
      throw new Refusal("no order meets all wishes: " + disorder.clash());
    }
    long now = System.nanoTime();
    Deque<Long> times = restored.computeIfAbsent(at, _ -> new ArrayDeque<>());
    times.removeIf(time -> now - time > TIME.toNanos());
    if (times.size() == MOST) {
      throw new Refusal(
          "it was broken %d times within %d s: somebody else keeps another order"
              .formatted(MOST, TIME.toSeconds()));
    }
    times.add(now);
    List<String> moved = chain.reconcile();
    moved.forEach(one -> session.note(at + ": put back " + one));
    return moved;
  }
}
