package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a control group in one direction ({@code kernel/bpf/cgroup.c}), all of which let
 * others be ({@code BPF_F_ALLOW_MULTI}). Its rules are its own: a program may be there several
 * times under links, links are ordered beside links only and bare programs beside bare ones, and
 * each program runs, whatever the others say.
 */
public final class GroupHook extends OrderedHook {
  private static final int PASS = 1;

  private final LinkInfo.Place place;

  /**
   * A group without programs.
   *
   * @param id the group's number
   */
  public GroupHook(AttachPoint.Cgroup at, long id) {
    super(at);
    place = new LinkInfo.AtCgroup(id, at.direction());
  }

  @Override
  public LinkInfo.Place place() {
    return place;
  }

  /** Where a program is without a link; negative if it is not ({@code find_attach_entry}). */
  private int indexOfBare(EngineProgram program) {
    for (int i = 0; i < size(); i++) {
      if (link(i) == null && program.equals(program(i))) {
        return i;
      }
    }
    return -1;
  }

  private boolean isFull() {
    return size() == at().hook().capacity();
  }

  /** {@inheritDoc} What is wrong with an anchor in itself does not count here. */
  @Override
  int placeOf(
      EngineProgram program,
      boolean linked,
      Anchor anchor,
      @Nullable Errno anchorError,
      long expectedRevision) {
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    if (isFull()) {
      return -Errno.E2BIG.number();
    }
    if (!linked && indexOfBare(program) >= 0) {
      return -Errno.EINVAL.number();
    }
    return switch (anchor) {
      case Anchor.Head _ -> 0;
      case Anchor.Tail _ -> size();
      case Anchor.Before(Anchor.Target target) -> beside(target, linked, 0);
      case Anchor.After(Anchor.Target target) -> beside(target, linked, 1);
    };
  }

  /** A program that has a link stands for the link. */
  private int beside(Anchor.Target target, boolean linked, int behind) {
    int index = ChainRules.indexOf(state(), target).orElse(-1);
    boolean named = index >= 0 ? link(index) != null : target instanceof Anchor.LinkId;
    if (named != linked) {
      return -Errno.EINVAL.number();
    }
    return index < 0 ? -Errno.ENOENT.number() : index + behind;
  }

  @Override
  int replace(EngineProgram old, EngineProgram replacement, long expectedRevision) {
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    if (isFull()) {
      return -Errno.E2BIG.number();
    }
    if (!replacement.equals(old) && indexOfBare(replacement) >= 0) {
      return -Errno.EINVAL.number();
    }
    int index = indexOfBare(old);
    if (index < 0) {
      return -Errno.ENOENT.number();
    }
    exchange(index, old, replacement);
    return 0;
  }

  @Override
  int detach(EngineProgram program, long expectedRevision) {
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    int index = indexOfBare(program);
    return index < 0 ? -Errno.ENOENT.number() : detachAt(index);
  }

  /** {@inheritDoc} It counts as a change, even if it is the same program. */
  @Override
  public int update(EngineLink link, EngineProgram replacement) {
    if (replacement.spec().type() != at().hook().programType()) {
      return -Errno.EINVAL.number();
    }
    int index = indexOf(link);
    if (index < 0) {
      return -Errno.ENOENT.number();
    }
    set(index, replacement);
    return 0;
  }

  /**
   * Runs all programs on a packet that begins at its network header ({@code
   * bpf_prog_run_array_cg}).
   *
   * @return whether all let it pass
   */
  public boolean run(Execution execution, SocketBuffer packet) {
    boolean pass = true;
    for (int i = 0; i < size(); i++) {
      pass &= (run(program(i), execution, packet) & PASS) != 0;
    }
    return pass;
  }
}
