package dev.sluice.engine.chain;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;

/**
 * The chain of one side of a netkit pair ({@code drivers/net/netkit.c}). Its revision goes on when
 * the chain empties, but a query of an empty one tells 1, because it does not find the chain.
 */
public final class NetkitHook extends OrderedHook {
  private final LinkInfo.Place place;

  /**
   * An empty chain.
   *
   * @param primary the primary device, by which both sides are named
   * @param side whose packets it sees
   * @param owner the device of that side, which links name
   */
  public NetkitHook(Device primary, AttachPoint.Netkit.Side side, Device owner) {
    AttachPoint.Netkit at = new AttachPoint.Netkit(primary, side);
    super(at);
    place = new LinkInfo.AtDevice(Hook.NETKIT, owner.index(), at.direction());
  }

  @Override
  public LinkInfo.Place place() {
    return place;
  }

  @Override
  long toldRevision() {
    return isEmpty() ? 1 : revision();
  }

  /**
   * Runs the programs on a packet ({@code netkit_run}).
   *
   * @return 0 to pass, 2 to drop or 7 to redirect
   */
  public int run(Execution execution, SocketBuffer packet) {
    int returned = VerdictTable.UNSPEC;
    for (int i = 0; i < size() && returned == VerdictTable.UNSPEC; i++) {
      returned = run(program(i), execution, packet);
    }
    return VerdictTable.netkit(returned);
  }
}
