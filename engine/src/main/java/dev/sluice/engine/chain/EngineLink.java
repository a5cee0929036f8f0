package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import org.jspecify.annotations.Nullable;

/**
 * A link at a hook ({@code tcx_link} in {@code kernel/bpf/tcx.c}, {@code bpf_xdp_link} in {@code
 * net/core/dev.c}, {@code netkit_link}, {@code bpf_cgroup_link}). With its last reference its entry
 * goes. Once it lost its place it is defunct: it still names its program, and no device or group.
 */
public final class EngineLink extends EngineObject {
  private final LinkInfo.Place place;
  private @Nullable ProgramHook hook;
  private EngineProgram program;

  /** A link with one reference, the maker's, whose program is not in the chain yet. */
  EngineLink(Machine machine, ProgramHook hook, EngineProgram program) {
    super(machine.links());
    this.hook = hook;
    this.program = program;
    place = hook.place();
    program.acquire();
  }

  /** What is known of it. */
  public LinkInfo info() {
    return new LinkInfo(id(), typeOf(place), program.id(), hook == null ? lost(place) : place);
  }

  private static String typeOf(LinkInfo.Place place) {
    return switch (place) {
      case LinkInfo.AtDevice at -> at.hook().prefix();
      case LinkInfo.AtCgroup _ -> Hook.CGROUP.prefix();
      case LinkInfo.Elsewhere _ -> "";
    };
  }

  /** The same without the device or group, which a defunct link does not name any more. */
  private static LinkInfo.Place lost(LinkInfo.Place place) {
    return switch (place) {
      case LinkInfo.AtDevice at -> new LinkInfo.AtDevice(at.hook(), 0, at.direction());
      case LinkInfo.AtCgroup at -> new LinkInfo.AtCgroup(0, at.direction());
      case LinkInfo.Elsewhere elsewhere -> elsewhere;
    };
  }

  /** The chain it is in; null for a defunct link. */
  @Nullable ProgramHook hook() {
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
    ProgramHook there = hook;
    if (there == null) {
      return -Errno.ENOLINK.number();
    }
    if (expected != null && !expected.equals(program)) {
      return -Errno.EPERM.number();
    }
    int result = there.update(this, replacement);
    if (result == 0) {
      replacement.acquire();
      program.release();
      program = replacement;
    }
    return result;
  }

  /** Takes its entry out and leaves it defunct. Doing it again does nothing. */
  void detach() {
    ProgramHook there = hook;
    if (there != null) {
      hook = null;
      there.remove(this);
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
