package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.BpfAttr.AttachFlag;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chain of the kernel with an order of its own: at TCX and netkit ({@code kernel/bpf/mprog.c}),
 * and at control groups ({@code kernel/bpf/cgroup.c}), which have stricter rules.
 */
final class MprogChain implements Chain {
  /** How often a removal beside an anchor is tried anew because the chain changed meanwhile. */
  private static final int RETRIES = 100;

  private final NetworkNamespace namespace;
  private final HookTarget target;

  /**
   * The chain at a hook.
   *
   * @param namespace where links look for what they need when they refuse
   */
  MprogChain(NetworkNamespace namespace, HookTarget target) {
    this.namespace = namespace;
    this.target = target;
  }

  @Override
  public AttachPoint at() {
    return target.at();
  }

  @Override
  public ChainState query() {
    return query(target);
  }

  /** The chain at a hook. */
  static ChainState query(HookTarget target) {
    BpfSyscall.QueryResult found = tryQuery(target);
    if (found.result() < 0) {
      throw ChainRefusal.of("query " + target.at(), found.result(), null, target);
    }
    List<Integer> links = target.isGroup() ? linksOf(target, found.programs()) : found.links();
    List<ChainEntry> entries = new ArrayList<>();
    for (int i = 0; i < found.programs().size(); i++) {
      entries.add(new ChainEntry(found.programs().get(i), links.get(i), ChainEntry.Place.NONE));
    }
    return new ChainState(target.at(), target.at().hook(), found.revision(), entries);
  }

  /**
   * The links at a group, which a query does not tell: those of all links that name the group and
   * the program. Of two with the same program, the older is taken for the first.
   */
  private static List<Integer> linksOf(HookTarget target, List<Integer> programs) {
    Integer[] found = new Integer[programs.size()];
    Arrays.fill(found, 0);
    for (LinkInfo link : programs.isEmpty() ? List.<LinkInfo>of() : KernelLinks.all()) {
      if (target.holds(link)) {
        for (int i = 0; i < found.length; i++) {
          if (found[i] == 0 && programs.get(i) == link.programId()) {
            found[i] = link.id();
            break;
          }
        }
      }
    }
    return List.of(found);
  }

  /** What the kernel answers to a query, refusals with the rest. */
  static BpfSyscall.QueryResult tryQuery(HookTarget target) {
    BpfSyscall.QueryResult found =
        target.with(number -> BpfSyscall.programQuery(number, target.attachType().number()));
    // Linux 6.6 says so of a chain that was never used; later ones report it as empty.
    if (BpfRefusal.is(found.result(), Errno.ENOENT)) {
      return new BpfSyscall.QueryResult(0, 0, 1, List.of(), List.of());
    }
    return found;
  }

  /** An anchor as the kernel wants it told: flags and a number. */
  private record Position(int flags, int relative) {
    static Position of(Anchor anchor) {
      return switch (anchor) {
        case Anchor.Head _ -> new Position(AttachFlag.BEFORE, 0);
        case Anchor.Tail _ -> new Position(AttachFlag.AFTER, 0);
        case Anchor.Before(Anchor.Target target) -> beside(AttachFlag.BEFORE, target);
        case Anchor.After(Anchor.Target target) -> beside(AttachFlag.AFTER, target);
      };
    }

    private static Position beside(int side, Anchor.Target target) {
      return switch (target) {
        case Anchor.ProgramId(int id) -> new Position(side | AttachFlag.ID, id);
        case Anchor.LinkId(int id) -> new Position(side | AttachFlag.ID | AttachFlag.LINK, id);
      };
    }
  }

  /**
   * The position for an anchor. Control groups of before Linux 6.17 know no flags and put programs
   * at the tail. Beside a link they take only a link that names it, so an anchor that names its
   * program is looked up.
   */
  private Position position(Anchor anchor) {
    if (!target.isGroup()) {
      return Position.of(anchor);
    }
    return switch (anchor) {
      case Anchor.Head _ -> Position.of(anchor);
      case Anchor.Tail _ -> new Position(0, 0);
      case Anchor.Before(Anchor.Target beside) -> Position.of(new Anchor.Before(ownerOf(beside)));
      case Anchor.After(Anchor.Target beside) -> Position.of(new Anchor.After(ownerOf(beside)));
    };
  }

  private Anchor.Target ownerOf(Anchor.Target named) {
    if (named instanceof Anchor.ProgramId(int id)) {
      for (ChainEntry entry : query().entries()) {
        if (entry.programId() == id) {
          return entry.target();
        }
      }
    }
    return named;
  }

  @Override
  public Link attach(Program program, AttachOptions options) {
    KernelProgram added = KernelProgram.of(program);
    Position position = position(options.anchor());
    long result =
        target.with(
            number ->
                BpfSyscall.linkCreate(
                    added.fd(),
                    number,
                    target.attachType().number(),
                    position.flags(),
                    position.relative(),
                    options.expectedRevision()));
    if (result < 0) {
      throw attachRefused(added, options, result);
    }
    return new KernelLink(new Fd((int) result), namespace);
  }

  @Override
  public void attachProgram(Program program, AttachOptions options) {
    KernelProgram added = KernelProgram.of(program);
    Position position = position(options.anchor());
    long result =
        target.with(
            number ->
                BpfSyscall.programAttach(
                    added.fd(),
                    number,
                    target.attachType().number(),
                    position.flags() | target.sharing(),
                    0,
                    position.relative(),
                    options.expectedRevision()));
    if (result < 0) {
      throw attachRefused(added, options, result);
    }
  }

  private RuntimeException attachRefused(
      KernelProgram program, AttachOptions options, long result) {
    String rule =
        ChainRefusal.RULES.ofAttach(this::query, program.info(), options, Errno.of((int) -result));
    return ChainRefusal.of("attach " + program + " to " + at(), result, rule, target);
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    KernelProgram out = KernelProgram.of(old);
    KernelProgram in = KernelProgram.of(replacement);
    int replaced = out.fd().acquire();
    long result;
    try {
      result =
          target.with(
              number ->
                  BpfSyscall.programAttach(
                      in.fd(),
                      number,
                      target.attachType().number(),
                      AttachFlag.REPLACE | target.sharing(),
                      replaced,
                      0,
                      expectedRevision));
    } finally {
      out.fd().release();
    }
    if (result < 0) {
      String rule =
          ChainRefusal.RULES.ofReplace(
              this::query, out.info(), in.info(), expectedRevision, Errno.of((int) -result));
      throw ChainRefusal.of("replace " + out + " by " + in + " at " + at(), result, rule, target);
    }
  }

  @Override
  public void detachProgram(Program program, long expectedRevision) {
    KernelProgram removed = KernelProgram.of(program);
    int number = removed.fd().acquire();
    long result;
    try {
      result = detach(number, 0, 0, expectedRevision);
    } finally {
      removed.fd().release();
    }
    if (result < 0) {
      String rule =
          ChainRefusal.RULES.ofDetach(
              this::query, removed.id(), expectedRevision, Errno.of((int) -result));
      throw ChainRefusal.of("detach " + removed + " from " + at(), result, rule, target);
    }
  }

  private long detach(int program, int flags, int relative, long revision) {
    return target.with(
        number ->
            BpfSyscall.programDetach(
                program, number, target.attachType().number(), flags, relative, revision));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Asked for the neighbour of an entry that has none on that side, the kernel removes the entry
   * itself ({@code bpf_mprog_detach}), and in a full chain it refuses to remove the tail. So the
   * chain is read first, and the request made on condition that it is still the same.
   */
  @Override
  public void detachAt(Anchor anchor, long expectedRevision) {
    for (int i = 0; ; i++) {
      ChainState state = query();
      String operation = "detach the program " + ChainRules.where(anchor) + " at " + at();
      ChainRefusal.RULES.requireRevision(operation, state, expectedRevision);
      int index = ChainRules.indexAt(operation, state, anchor);
      long result = detachIndex(state, index);
      if (result >= 0) {
        return;
      }
      boolean changed = BpfRefusal.is(result, Errno.ESTALE);
      if (!changed || expectedRevision != 0 || i == RETRIES) {
        String rule =
            ChainRefusal.RULES.ofDetach(
                this::query,
                state.entries().get(index).programId(),
                expectedRevision,
                Errno.of((int) -result));
        throw ChainRefusal.of(operation, result, rule, target);
      }
    }
  }

  /** Removes the entry with an index, if the chain still has the revision. */
  private long detachIndex(ChainState state, int index) {
    List<ChainEntry> entries = state.entries();
    if (target.isGroup()) {
      return detachByProgram(entries.get(index), state.revision());
    }
    if (index == 0) {
      return detach(0, AttachFlag.BEFORE, 0, state.revision());
    }
    Position behind = Position.of(new Anchor.After(entries.get(index - 1).target()));
    return detach(0, behind.flags(), behind.relative(), state.revision());
  }

  /** Groups take out what they are shown, and know no neighbours of what is to go. */
  private long detachByProgram(ChainEntry entry, long revision) {
    if (entry.hasLink()) {
      return -Errno.EBUSY.number();
    }
    try (Fd program = ObjectId.open(BpfObject.PROGRAM, entry.programId())) {
      return detach(program.number(), 0, 0, revision);
    } catch (NotFound _) {
      return -Errno.ESTALE.number(); // it went since the chain was read
    }
  }

  @Override
  public String toString() {
    return at().toString();
  }
}
