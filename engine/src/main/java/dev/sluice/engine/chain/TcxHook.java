package dev.sluice.engine.chain;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;

/** The TCX chain of a device in one direction ({@code kernel/bpf/tcx.c}). */
public final class TcxHook extends OrderedHook implements ProgramChain {
  private final AttachPoint.Tcx at;
  private boolean kept;

  /** An empty chain. */
  public TcxHook(Device device, Direction direction) {
    this(new AttachPoint.Tcx(device, direction));
  }

  private TcxHook(AttachPoint.Tcx at) {
    super(at);
    this.at = at;
  }

  @Override
  public LinkInfo.Place place() {
    return new LinkInfo.AtDevice(Hook.TCX, at.device().index(), at.direction());
  }

  /**
   * {@inheritDoc}
   *
   * <p>A class that an earlier hook's program chose is forgotten first. With the verdict 0, the one
   * that this chain's programs chose becomes {@code tc_index}.
   */
  @Override
  public int run(Execution execution, SocketBuffer packet) {
    packet.tcClassId = 0;
    int returned = VerdictTable.UNSPEC;
    for (int i = 0; i < size() && returned == VerdictTable.UNSPEC; i++) {
      returned = run(program(i), execution, packet);
    }
    int verdict = VerdictTable.tcx(returned);
    if (verdict == VerdictTable.OK) {
      packet.tcIndex = packet.tcClassId & 0xffff;
    }
    return verdict;
  }

  /**
   * Tells that a clsact or ingress qdisc is at this hook now, or is not any more. It keeps the
   * chain's revision while the chain is empty ({@code tcx_miniq_inc}).
   */
  public void keep(boolean byQdisc) {
    kept = byQdisc;
    removed();
  }

  @Override
  void removed() {
    if (!exists()) {
      restartRevision();
    }
  }

  /** One that was emptied is not there any more. */
  @Override
  boolean exists() {
    return !isEmpty() || kept;
  }

  @Override
  public void gone() {
    super.gone();
    kept = false;
  }
}
