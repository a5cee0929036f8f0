package dev.sluice.datapath.chain.classic;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Owns a filter at clsact. Closing it removes that filter, if it still holds the program that this
 * link put there; the kernel does not do so when the process dies.
 */
final class ClsactLink implements Link {
  private final ClsactHook hook;
  private final OwnFilters own;
  private final ChainEntry.Place place;
  private int programId;
  private boolean detached;
  private boolean closed;

  /** A link that owns the filter at a place, which holds a program. */
  ClsactLink(ClsactHook hook, OwnFilters own, ChainEntry.Place place, int programId) {
    this.hook = hook;
    this.own = own;
    this.place = place;
    this.programId = programId;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  @Override
  public LinkInfo info() {
    synchronized (hook.lock()) {
      requireOpen();
      int index = isAttached() ? hook.at().device().index() : 0;
      return LinkInfo.atDevice(0, Hook.TC, programId, index, hook.at().direction());
    }
  }

  /** Whether the filter is still there and holds the link's program. */
  private boolean isAttached() {
    return !detached && hook.programAt(place) == programId;
  }

  @Override
  public void update(Program program) {
    update(program, null);
  }

  @Override
  public void update(Program program, @Nullable Program expected) {
    hook.requireOwn(program);
    if (expected != null) {
      hook.requireOwn(expected);
    }
    ProgramInfo info = program.info();
    String operation = "update %s to %s".formatted(this, ChainRules.title(info));
    synchronized (hook.lock()) {
      requireOpen();
      if (!isAttached()) {
        throw refused(
            operation,
            Errno.ENOLINK,
            "the link is defunct: its device is gone, it was detached, or someone changed its"
                + " filter");
      }
      if (expected != null && expected.info().id() != programId) {
        throw refused(
            operation,
            Errno.EPERM,
            "the link runs %s, expected %s"
                .formatted(hook.rules().title(programId), ChainRules.title(expected.info())));
      }
      if (info.type() != ProgramType.SCHED_CLS) {
        throw refused(operation, Errno.EINVAL, ChainRules.wrongType(Hook.TC, info));
      }
      if (info.id() == programId) {
        return;
      }
      ChainState state = new ChainState(hook.at(), Hook.TC, 0, hook.filters().programs());
      if (state.indexOfProgram(info.id()).isPresent()) {
        throw refused(operation, Errno.EEXIST, hook.rules().existing(state, info.id()));
      }
      hook.replace(program, place);
      programId = info.id();
    }
  }

  private static KernelRejected refused(String operation, Errno errno, @Nullable String rule) {
    return new KernelRejected(operation, errno.number(), null, rule);
  }

  @Override
  public void detach() {
    synchronized (hook.lock()) {
      requireOpen();
      remove();
    }
  }

  private void remove() {
    if (isAttached()) {
      hook.remove(place);
    }
    detached = true;
    own.remove(hook.at(), place);
    if (hook.isThere()) {
      hook.release();
    }
  }

  /**
   * Always refused: the kernel has no link here that could be pinned.
   *
   * @throws Unsupported always
   */
  @Override
  public void pin(Path path) {
    throw new Unsupported(
        "pinning an attachment at the classic hook",
        "the kernel has links at TCX only; a program attached without a link stays by itself");
  }

  @Override
  public void close() {
    synchronized (hook.lock()) {
      if (!closed) {
        remove();
        closed = true;
      }
    }
  }

  /** Reads {@code the filter with priority 32768 at tc:eth0/ingress}. */
  @Override
  public String toString() {
    return "the filter with priority " + place.priority() + " at " + hook.at();
  }
}
