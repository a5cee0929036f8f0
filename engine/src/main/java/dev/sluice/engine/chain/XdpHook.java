package dev.sluice.engine.chain;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.AttachPoint.Xdp.Mode;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.program.EngineProgram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The XDP program of a device ({@code dev_xdp_attach} in {@code net/core/dev.c}): one, bare or
 * under a link, which the driver runs or the stack.
 *
 * <p>Guarded by the machine's monitor.
 */
public final class XdpHook implements ProgramHook {
  private final Device device;
  private final boolean driver;
  private @Nullable EngineProgram program;
  private @Nullable EngineLink link;
  private Mode mode = Mode.NATIVE;

  /**
   * A hook without a program.
   *
   * @param driver whether the device's driver runs programs; else only the stack does
   */
  public XdpHook(Device device, boolean driver) {
    this.device = device;
    this.driver = driver;
  }

  /** The program; null if there is none. */
  public @Nullable EngineProgram program() {
    return program;
  }

  /** Whether the driver runs a program. */
  public boolean isNative() {
    return program != null && mode == Mode.NATIVE;
  }

  @Override
  public LinkInfo.Place place() {
    return new LinkInfo.AtDevice(Hook.XDP, device.index(), Direction.INGRESS);
  }

  @Override
  public ChainState state() {
    return state(new AttachPoint.Xdp(device));
  }

  /** The chain as one who looks for programs of a mode, or of any, sees it. */
  ChainState state(AttachPoint.Xdp at) {
    List<ChainEntry> entries = new ArrayList<>(1);
    EngineProgram there = program;
    if (there != null && (at.mode() == Mode.ANY || at.mode() == mode)) {
      EngineLink owner = link;
      entries.add(
          new ChainEntry(there.id(), owner == null ? 0 : owner.id(), ChainEntry.Place.NONE));
    }
    return new ChainState(at, Hook.XDP, 0, entries);
  }

  /** The mode that a wish for one stands for ({@code dev_xdp_mode}). */
  private Mode resolved(Mode wanted) {
    return wanted == Mode.ANY ? driver ? Mode.NATIVE : Mode.GENERIC : wanted;
  }

  /** Whether a program can be put there; 0 or a negative error number. */
  int place(Mode wanted) {
    Mode meant = resolved(wanted);
    if (program != null && meant == mode) {
      return -Errno.EBUSY.number();
    }
    if (meant == Mode.OFFLOAD) {
      return driver ? -Errno.EINVAL.number() : -Errno.EOPNOTSUPP.number();
    }
    if (program != null) {
      return -Errno.EEXIST.number();
    }
    return meant == Mode.NATIVE && !driver ? -Errno.EOPNOTSUPP.number() : 0;
  }

  /**
   * Puts a program where {@link #place} said that it can be.
   *
   * @param owner what owns it; null for a bare program, which the hook holds from then on
   */
  void insert(EngineProgram added, @Nullable EngineLink owner, Mode wanted) {
    program = added;
    link = owner;
    mode = resolved(wanted);
    if (owner == null) {
      added.acquire();
    }
  }

  /**
   * Puts a program, or none, in the place of a bare one.
   *
   * @param wanted the mode of the one that is there
   * @return 0 or a negative error number
   */
  int replace(EngineProgram expected, @Nullable EngineProgram replacement, Mode wanted) {
    EngineProgram old = program;
    if (old == null || resolved(wanted) != mode || (link == null && !old.equals(expected))) {
      return -Errno.EEXIST.number();
    }
    if (link != null) {
      return -Errno.EBUSY.number();
    }
    if (replacement != null) {
      replacement.acquire();
    }
    program = replacement;
    old.release();
    return 0;
  }

  /** The mode that a program runs in; the wanted one where it runs in none. */
  Mode modeOf(EngineProgram one, Mode wanted) {
    return wanted == Mode.ANY && one.equals(program) ? mode : wanted;
  }

  @Override
  public int update(EngineLink updated, EngineProgram replacement) {
    if (replacement.equals(updated.program())) {
      return 0;
    }
    if (replacement.spec().type() != Hook.XDP.programType()) {
      return -Errno.EINVAL.number();
    }
    program = replacement;
    return 0;
  }

  @Override
  public void remove(EngineLink removed) {
    if (removed.equals(link)) {
      link = null;
      program = null;
    }
  }

  /** The device is going: a link becomes defunct, a bare program is let go. */
  public void gone() {
    EngineLink lost = link;
    EngineProgram released = program;
    link = null;
    program = null;
    if (lost != null) {
      lost.lose();
    } else if (released != null) {
      released.release();
    }
  }

  @Override
  public String toString() {
    return "xdp:" + device;
  }
}
