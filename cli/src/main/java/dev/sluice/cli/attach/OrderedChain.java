package dev.sluice.cli.attach;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Refusal;
import dev.sluice.cli.Session;
import dev.sluice.cli.chain.AttachmentNote;
import dev.sluice.cli.chain.ChainListing;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.order.Member;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.datapath.chain.order.OrderSolver;
import dev.sluice.datapath.chain.order.Wish;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A chain whose programs stand to each other as ours want it. Those of others are never moved. Each
 * step is made on condition that the chain is still as it was read; where somebody was quicker, it
 * is read again.
 */
public final class OrderedChain {
  /** How often others may be quicker before it is given up. */
  private static final int RETRIES = 100;

  private final Datapath datapath;
  private final PinLayout pins;
  private final long namespace;
  private final Chain chain;

  /** Who holds links; looking through all processes is repeated only for links that are new. */
  private Map<Integer, Holders> holders = Map.of();

  /**
   * A chain that has an order.
   *
   * @param session the run of the command
   * @param chain a chain of TCX, netkit or a control group
   */
  public OrderedChain(Session session, Chain chain) {
    datapath = session.datapath();
    pins = session.pins();
    namespace = PinLayout.inode(session.namespace());
    this.chain = chain;
  }

  /** Whether programs at a hook have an order that can be told, and changed. */
  public static boolean isMovable(Hook hook) {
    return hook.hasLinks() && hook.order() != Hook.Order.NONE;
  }

  /** Where a link of this chain is pinned, with what is kept for it. */
  private record Own(Path pin, Wish wish) {}

  /** A chain as it was read, with our links in it. */
  private record View(ChainState state, List<Member> members, Map<Integer, Own> own) {
    /** The same where only some of ours may be moved. */
    View moving(Predicate<Path> movable) {
      List<Member> fixed =
          members.stream().map(one -> isMovable(one, movable) ? one : one.fixed()).toList();
      return new View(state, fixed, own);
    }

    private boolean isMovable(Member one, Predicate<Path> movable) {
      Own mine = own.get(one.linkId());
      return mine != null && movable.test(mine.pin());
    }
  }

  private View read() {
    return read(own());
  }

  private View read(Map<Integer, Own> own) {
    ChainState state = chain.query();
    boolean known =
        state.entries().stream()
            .filter(ChainEntry::hasLink)
            .allMatch(
                entry -> own.containsKey(entry.linkId()) || holders.containsKey(entry.linkId()));
    if (!known) {
      holders = datapath.links().holders();
    }
    List<Member> members = new ArrayList<>();
    for (ChainEntry entry : state.entries()) {
      ProgramInfo info = ChainListing.programInfo(datapath, entry.programId());
      Own mine = own.get(entry.linkId());
      members.add(
          new Member(
              entry.programId(),
              entry.linkId(),
              info == null ? "" : info.name(),
              owner(entry, mine),
              mine != null,
              mine == null ? Wish.NONE : mine.wish()));
    }
    return new View(state, members, own);
  }

  private String owner(ChainEntry entry, @Nullable Own mine) {
    if (mine != null) {
      return "sluice";
    }
    if (!entry.hasLink()) {
      return "bare";
    }
    Holders held = ChainListing.foreignTo(holders.getOrDefault(entry.linkId(), Holders.NOBODY));
    return held.processes().isEmpty()
        ? "pin"
        : held.processes().stream().map(Holders.Process::command).collect(Collectors.joining(","));
  }

  /** Our links at this hook, by number. */
  private Map<Integer, Own> own() {
    Map<Integer, Own> found = new HashMap<>();
    for (PinLayout.LinkPin pin : pins.linkPins()) {
      if (pin.isAt(chain.at(), namespace)) {
        try (Link link = datapath.links().openPinned(pin.path())) {
          LinkInfo info = link.info();
          found.put(
              info.id(),
              new Own(pin.path(), AttachmentNote.read(datapath, pins, pin.path()).wish()));
        } catch (NotFound _) {
          // It went meanwhile.
        }
      }
    }
    return found;
  }

  /** Where a program may be put that joins: an anchor, and the revision that it holds for. */
  AttachOptions placeFor(String name, Wish wish, long expected) {
    View view = read();
    // Nobody is moved to let another in.
    List<Member> fixed = new ArrayList<>(view.moving(_ -> false).members());
    Member joining = new Member(0, 0, name, "sluice", true, wish);
    fixed.add(joining);
    OrderSolver.Solution solution = OrderSolver.solve(fixed);
    if (solution.clash() != null) {
      throw new Refusal("no place in " + chain.at() + " for " + name + ": " + solution.clash());
    }
    Anchor anchor = anchor(view, solution.order().indexOf(joining));
    return new AttachOptions(anchor, expected == 0 ? view.state().revision() : expected);
  }

  /**
   * The anchor for a link that is to have an index of the chain as it is now.
   *
   * @throws Refusal at a control group, where a link cannot be told to go between two bare programs
   */
  private Anchor anchor(View view, int index) {
    List<ChainEntry> entries = view.state().entries();
    if (index == 0) {
      return Anchor.head();
    }
    if (index == entries.size()) {
      return Anchor.tail();
    }
    boolean any = view.state().hook().order() == Hook.Order.ANY;
    if (any || entries.get(index).hasLink()) {
      return new Anchor.Before(entries.get(index).target());
    }
    if (entries.get(index - 1).hasLink()) {
      return new Anchor.After(entries.get(index - 1).target());
    }
    throw new Refusal(
        "a link has no place between %s and %s in %s: neither has a link, and the kernel orders"
                .formatted(view.members().get(index - 1), view.members().get(index), chain.at())
            + " links beside links only");
  }

  /**
   * What is not in the order that is wished for.
   *
   * @param clash which wishes contradict each other; null if there is an order
   * @param misplaced which program should run where; null if wishes clash
   */
  public record Disorder(@Nullable String clash, @Nullable String misplaced) {}

  /** What is wrong with the order as it is now; null if nothing is. */
  public @Nullable Disorder disorder() {
    Map<Integer, Own> own = own();
    if (own.isEmpty()) {
      return null; // nobody wishes anything: who holds the links of others need not be looked for
    }
    View view = read(own);
    OrderSolver.Solution solution = OrderSolver.solve(view.members());
    if (solution.clash() != null) {
      return new Disorder(solution.clash(), null);
    }
    OrderSolver.Step step = solution.firstStep(view.members());
    return step == null ? null : new Disorder(null, step.toString());
  }

  /**
   * Moves ours until all wishes are met, when moves that were cut off have been repaired.
   *
   * @return what was moved, in words
   * @throws Refusal if wishes clash, or others are always quicker
   */
  public List<String> reconcile() {
    return reconcile(_ -> true);
  }

  /**
   * Moves a program that joined until its own wishes are met. The revision of a chain that empties
   * starts over, so it may have joined another chain than the one that its place was found in.
   *
   * @param pin where its link is pinned
   */
  void settle(Path pin) {
    reconcile(pin::equals);
  }

  /** Moves those of ours whose pins are named. */
  private List<String> reconcile(Predicate<Path> movable) {
    List<String> moved = new ArrayList<>();
    int quicker = 0;
    while (quicker < RETRIES) {
      View view = read().moving(movable);
      OrderSolver.Solution solution = OrderSolver.solve(view.members());
      if (solution.clash() != null) {
        throw new Refusal("no order of " + chain.at() + " meets all wishes: " + solution.clash());
      }
      OrderSolver.Step step = solution.firstStep(view.members());
      if (step == null) {
        return moved;
      }
      Member one = step.member();
      AttachOptions place = new AttachOptions(anchor(view, step.index()), view.state().revision());
      try {
        move(view.own().get(one.linkId()), one, place);
        moved.add(step.toString());
      } catch (KernelRejected e) {
        if (!e.is(Errno.ESTALE) && !e.is(Errno.ENOENT)) {
          throw e;
        }
        quicker++;
      }
    }
    throw new Refusal(
        "others changed " + chain.at() + " " + RETRIES + " times before it could be put in order");
  }

  private void move(@Nullable Own own, Member one, AttachOptions place) {
    if (own == null) {
      throw new IllegalStateException(one + " is not Sluice's, and was to be moved");
    }
    try (Link link = datapath.links().openPinned(own.pin())) {
      new Mover(datapath).move(chain, link, own.pin(), place, pins.movePins(own.pin()));
    }
  }

  /** Ends moves of this chain's programs that were cut off. */
  public void repair() {
    for (Path pin : pins.movedLinks()) {
      PinLayout.LinkPin link = pins.parsed(pin);
      if (link != null && link.isAt(chain.at(), namespace)) {
        new Mover(datapath).repair(chain, pin, pins.movePins(pin));
      }
    }
  }
}
