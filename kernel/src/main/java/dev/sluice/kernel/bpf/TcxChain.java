package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.bpf.BpfAttr.AttachFlag;
import dev.sluice.kernel.syscall.Fd;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCX chain of the kernel ({@code kernel/bpf/tcx.c}, {@code kernel/bpf/mprog.c}).
 *
 * <p>The kernel looks devices up in the calling thread's network namespace, so every request that
 * names one is made in the datapath's.
 */
public final class TcxChain implements Chain {
  /** How often a removal beside an anchor is tried anew because the chain changed meanwhile. */
  private static final int RETRIES = 100;

  private final NetworkNamespace namespace;
  private final AttachPoint.Tcx at;

  /** The chain at a device of a namespace. */
  public TcxChain(NetworkNamespace namespace, AttachPoint.Tcx at) {
    this.namespace = namespace;
    this.at = at;
  }

  @Override
  public AttachPoint at() {
    return at;
  }

  @Override
  public ChainState query() {
    return query(namespace, at);
  }

  /** The chain at a device that is known by its index only. */
  static ChainState query(NetworkNamespace namespace, int deviceIndex, Direction direction) {
    return query(
        namespace, new AttachPoint.Tcx(new Device(deviceIndex, "if" + deviceIndex), direction));
  }

  private static ChainState query(NetworkNamespace namespace, AttachPoint.Tcx at) {
    BpfSyscall.QueryResult found = tryQuery(namespace, at);
    if (found.result() < 0) {
      throw ChainRefusal.of("query " + at, found.result(), null, namespace, at);
    }
    List<ChainEntry> entries = new ArrayList<>();
    for (int i = 0; i < found.programs().size(); i++) {
      entries.add(
          new ChainEntry(found.programs().get(i), found.links().get(i), ChainEntry.Place.NONE));
    }
    return new ChainState(at, Hook.TCX, found.revision(), entries);
  }

  private static BpfSyscall.QueryResult tryQuery(NetworkNamespace namespace, AttachPoint.Tcx at) {
    BpfSyscall.QueryResult found =
        namespace.call(
            () -> BpfSyscall.programQuery(at.device().index(), attachType(at.direction())));
    // Linux 6.6 says so of a chain that was never used; later ones report it as empty.
    if (BpfRefusal.is(found.result(), Errno.ENOENT)) {
      return new BpfSyscall.QueryResult(0, 1, List.of(), List.of());
    }
    return found;
  }

  /** Whether the kernel answers a query as one without TCX does. */
  static boolean isMissing(NetworkNamespace namespace, AttachPoint.Tcx at) {
    return BpfRefusal.is(tryQuery(namespace, at).result(), Errno.EINVAL);
  }

  /** The kernel's number of a direction. */
  private static int attachType(Direction direction) {
    return KernelHook.attachType(Hook.TCX, direction).number();
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

  @Override
  public Link attach(Program program, AttachOptions options) {
    KernelProgram added = KernelProgram.of(program);
    Position position = Position.of(options.anchor());
    long result =
        namespace.call(
            () ->
                BpfSyscall.linkCreate(
                    added.fd(),
                    at.device().index(),
                    attachType(at.direction()),
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
    Position position = Position.of(options.anchor());
    long result =
        namespace.call(
            () ->
                BpfSyscall.programAttach(
                    added.fd(),
                    at.device().index(),
                    attachType(at.direction()),
                    position.flags(),
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
    return ChainRefusal.of("attach " + program + " to " + at, result, rule, namespace, at);
  }

  @Override
  public void replaceProgram(Program old, Program replacement, long expectedRevision) {
    KernelProgram out = KernelProgram.of(old);
    KernelProgram in = KernelProgram.of(replacement);
    int replaced = out.fd().acquire();
    long result;
    try {
      result =
          namespace.call(
              () ->
                  BpfSyscall.programAttach(
                      in.fd(),
                      at.device().index(),
                      attachType(at.direction()),
                      AttachFlag.REPLACE,
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
      throw ChainRefusal.of(
          "replace " + out + " by " + in + " at " + at, result, rule, namespace, at);
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
      throw ChainRefusal.of("detach " + removed + " from " + at, result, rule, namespace, at);
    }
  }

  private long detach(int program, int flags, int relative, long revision) {
    return namespace.call(
        () ->
            BpfSyscall.programDetach(
                program,
                at.device().index(),
                attachType(at.direction()),
                flags,
                relative,
                revision));
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
      String operation = "detach the program " + ChainRules.where(anchor) + " at " + at;
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
        throw ChainRefusal.of(operation, result, rule, namespace, at);
      }
    }
  }

  /** Removes the entry with an index, if the chain still has the revision. */
  private long detachIndex(ChainState state, int index) {
    List<ChainEntry> entries = state.entries();
    if (index == 0) {
      return detach(0, AttachFlag.BEFORE, 0, state.revision());
    }
    Position behind = Position.of(new Anchor.After(target(entries.get(index - 1))));
    return detach(0, behind.flags(), behind.relative(), state.revision());
  }

  private static Anchor.Target target(ChainEntry entry) {
    return entry.hasLink()
        ? new Anchor.LinkId(entry.linkId())
        : new Anchor.ProgramId(entry.programId());
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
