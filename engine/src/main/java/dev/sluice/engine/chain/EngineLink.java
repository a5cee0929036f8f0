package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import org.jspecify.annotations.Nullable;

/**
 * A link at a TCX chain ({@code tcx_link} in {@code kernel/bpf/tcx.c}). With its last reference its
 * entry goes. Once it lost its place it is defunct: it still names its program, and has no device.
 */
public final class EngineLink extends EngineObject {
  private final Direction direction;
  private @Nullable TcxHook hook;
  private EngineProgram program;

  /** A link with one reference, the maker's, whose program is not in the chain yet. */
  EngineLink(Machine machine, TcxHook hook, EngineProgram program) {
    super(machine.links());
    this.hook = hook;
    this.program = program;
    direction = hook.at().direction();
    program.acquire();
  }

  /** What is known of it. */
  public LinkInfo info() {
    TcxHook place = hook;
    int deviceIndex = place == null ? 0 : place.at().device().index();
    return LinkInfo.atDevice(id(), Hook.TCX, program.id(), deviceIndex, direction);
  }

  /** The chain it is in; null for a defunct link. */
  @Nullable TcxHook hook() {
    return hook;
  }

  /** Its program, which a defunct link still has. */
  EngineProgram program() {
    return program;
  }

  /**
   * Puts another program under it ({@code tcx_link_update}).
   *
   * @param expected the program that it must have; null for any
   * @return 0 or a negative error number
   */
  int update(EngineProgram replacement, @Nullable EngineProgram expected) {
    TcxHook place = hook;
    if (place == null) {
      return -Errno.ENOLINK.number();
    }
    if (expected != null && !expected.equals(program)) {
      return -Errno.EPERM.number();
    }
    if (replacement.equals(program)) {
      return 0;
    }
    int result = place.update(this, replacement);
    if (result == 0) {
      replacement.acquire();
      program.release();
      program = replacement;
    }
    return result;
  }

  /** Takes its entry out and leaves it defunct. Doing it again does nothing. */
  void detach() {
    TcxHook place = hook;
    if (place != null) {
      hook = null;
      place.remove(this);
    }
  }

  /** The chain is gone, with its device. */
  void lose() {
    hook = null;
  }

  @Override
  protected void dispose() {
    detach();
    program.release();
  }

  /** Reads {@code link 7}. */
  @Override
  public String toString() {
    return "link " + id();
  }
}
