package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hook with an order of programs ({@code kernel/bpf/mprog.c}). An entry is a bare program, which
 * the hook holds, or a program under a link, which the link holds.
 *
 * <p>Guarded by the machine's monitor.
 */
public abstract class OrderedHook implements ProgramHook {
  private final AttachPoint at;
  private final @Nullable EngineProgram[] programs;
  private final @Nullable EngineLink[] links;
  private int size;
  private long revision = 1;

  private @Nullable EngineProgram lastRun;

  /** An empty chain. */
  OrderedHook(AttachPoint at) {
    this.at = at;
    programs = new @Nullable EngineProgram[at.hook().capacity()];
    links = new @Nullable EngineLink[at.hook().capacity()];
  }

  /** Where it is. */
  public AttachPoint at() {
    return at;
  }

  /** The program that ran last: the one whose verdict a run's was; null if none ever ran. */
  public @Nullable EngineProgram lastRun() {
    return lastRun;
  }

  /** Runs a program of it on a packet. */
  final int run(EngineProgram program, Execution execution, SocketBuffer packet) {
    lastRun = program;
    return program.run(execution, packet);
  }

  /** Whether it holds no program. */
  public final boolean isEmpty() {
    return size == 0;
  }

  /** How many programs it holds. */
  final int size() {
    return size;
  }

  /** The program at an index. */
  final EngineProgram program(int index) {
    EngineProgram program = programs[index];
    if (program == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return program;
  }

  /** The link at an index; null for a bare program. */
  final @Nullable EngineLink link(int index) {
    return links[index];
  }

  /** Puts another program in the place of a bare one. */
  final void exchange(int index, EngineProgram old, EngineProgram replacement) {
    replacement.acquire();
    set(index, replacement);
    old.release();
  }

  /** Puts another program into an entry, whose holder lets go of the one before. */
  final void set(int index, EngineProgram program) {
    programs[index] = program;
    revision++;
  }

  /** How often it changed since it was there, plus 1. */
  final long revision() {
    return revision;
  }

  /** Begins to count anew. */
  final void restartRevision() {
    revision = 1;
  }

  @Override
  public ChainState state() {
    List<ChainEntry> entries = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      EngineLink link = links[i];
      entries.add(
          new ChainEntry(program(i).id(), link == null ? 0 : link.id(), ChainEntry.Place.NONE));
    }
    return new ChainState(at, at.hook(), toldRevision(), entries);
  }

  /** The revision that a query tells. */
  long toldRevision() {
    return revision;
  }

  /** Something was taken out. */
  void removed() {}

  /** Whether there is a chain to speak of, whose revision counts when something is detached. */
  boolean exists() {
    return true;
  }

  /** The device or group is going: links become defunct, bare programs are let go. */
  public void gone() {
    for (int i = 0; i < size; i++) {
      EngineLink link = links[i];
      if (link == null) {
        program(i).release();
      } else {
        link.lose();
      }
      programs[i] = null;
      links[i] = null;
    }
    size = 0;
    revision = 1;
  }

  private int indexOf(EngineProgram program) {
    for (int i = 0; i < size; i++) {
      if (program.equals(programs[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Where a link is; negative if it is not. */
  final int indexOf(EngineLink link) {
    for (int i = 0; i < size; i++) {
      if (link.equals(links[i])) {
        return i;
      }
    }
    return -1;
  }

  private int indexOf(Anchor.Target target) {
    return ChainRules.indexOf(state(), target).orElse(-1);
  }

  /** Whether another revision is expected than there is. */
  final boolean isStale(long expectedRevision) {
    return expectedRevision != 0 && expectedRevision != revision;
  }

  /**
   * Where a program goes that is to be attached ({@code bpf_mprog_attach}).
   *
   * @param linked whether it comes under a link
   * @param anchorError what is wrong with the anchor's target in itself, null if nothing: it counts
   *     after the revision and the program
   * @return the index, or a negative error number
   */
  int placeOf(
      EngineProgram program,
      boolean linked,
      Anchor anchor,
      @Nullable Errno anchorError,
      long expectedRevision) {
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    if (indexOf(program) >= 0) {
      return -Errno.EEXIST.number();
    }
    if (anchorError != null) {
      return -anchorError.number();
    }
    if (size == programs.length) {
      return -Errno.ERANGE.number();
    }
    int index =
        switch (anchor) {
          case Anchor.Head _ -> 0;
          case Anchor.Tail _ -> size;
          case Anchor.Before(Anchor.Target target) -> indexOf(target);
          case Anchor.After(Anchor.Target target) -> {
            int found = indexOf(target);
            yield found < 0 ? found : found + 1;
          }
        };
    return index < 0 ? -Errno.ENOENT.number() : index;
  }

  /**
   * Puts a program at a place that {@link #placeOf} gave.
   *
   * @param link what owns the entry; null for a bare program, which the hook holds from then on
   */
  void insert(int index, EngineProgram program, @Nullable EngineLink link) {
    System.arraycopy(programs, index, programs, index + 1, size - index);
    System.arraycopy(links, index, links, index + 1, size - index);
    programs[index] = program;
    links[index] = link;
    size++;
    revision++;
    if (link == null) {
      program.acquire();
    }
  }

  /**
   * Puts a program in the place of a bare one.
   *
   * @return 0 or a negative error number
   */
  int replace(EngineProgram old, EngineProgram replacement, long expectedRevision) {
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    if (indexOf(replacement) >= 0) {
      return -Errno.EEXIST.number();
    }
    int index = indexOf(old);
    if (index < 0) {
      return -Errno.ENOENT.number();
    }
    if (links[index] != null) {
      return -Errno.EBUSY.number();
    }
    exchange(index, old, replacement);
    return 0;
  }

  @Override
  public int update(EngineLink link, EngineProgram replacement) {
    if (replacement.equals(link.program())) {
      return 0;
    }
    if (indexOf(replacement) >= 0) {
      return -Errno.EEXIST.number();
    }
    int index = indexOf(link);
    if (index < 0) {
      return -Errno.ENOENT.number();
    }
    if (program(index).spec().type() != replacement.spec().type()) {
      return -Errno.EINVAL.number();
    }
    set(index, replacement);
    return 0;
  }

  /**
   * Takes a bare program out ({@code bpf_mprog_detach}).
   *
   * @return 0 or a negative error number
   */
  int detach(EngineProgram program, long expectedRevision) {
    if (!exists()) {
      return -Errno.ENOENT.number();
    }
    if (isStale(expectedRevision)) {
      return -Errno.ESTALE.number();
    }
    int index = indexOf(program);
    return index < 0 ? -Errno.ENOENT.number() : detachAt(index);
  }

  /**
   * Takes the bare program at an index out.
   *
   * @return 0 or a negative error number
   */
  int detachAt(int index) {
    if (links[index] != null) {
      return -Errno.EBUSY.number();
    }
    EngineProgram removed = program(index);
    remove(index);
    removed.release();
    return 0;
  }

  @Override
  public void remove(EngineLink link) {
    int index = indexOf(link);
    if (index >= 0) {
      remove(index);
    }
  }

  private void remove(int index) {
    System.arraycopy(programs, index + 1, programs, index, size - index - 1);
    System.arraycopy(links, index + 1, links, index, size - index - 1);
    size--;
    programs[size] = null;
    links[size] = null;
    revision++;
    removed();
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
