package dev.sluice.engine.net;

import dev.sluice.datapath.chain.AttachPoint.Netkit.Side;
import dev.sluice.engine.chain.NetkitHook;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Fault;
import org.jspecify.annotations.Nullable;

/**
 * One device of a netkit pair ({@code netkit_xmit} in {@code drivers/net/netkit.c}), in layer 2
 * mode. What it sends has its programs run as if it were at the other device already, where it
 * arrives if they let it.
 */
final class NetkitEnd implements Medium {
  private static final int OK = 0;
  private static final int REDIRECT = 7;

  private final NetDevice from;
  private final NetDevice to;
  private final Side side;
  private final NetkitHook hook;
  private final NetkitPolicy policy;
  private final DropPlaces places;
  private boolean closed;

  /**
   * A device of a pair.
   *
   * @param side which it is
   * @param policy what becomes of its packets where there are no programs
   */
  NetkitEnd(NetDevice from, NetDevice to, Side side, NetkitPolicy policy) {
    this.from = from;
    this.to = to;
    this.side = side;
    this.policy = policy;
    NetDevice primary = side == Side.PRIMARY ? from : to;
    hook = new NetkitHook(primary.device(), side, from.device());
    places = new DropPlaces(from.name());
  }

  /** Which of the two it is. */
  Side side() {
    return side;
  }

  /** Its chain. */
  NetkitHook hook() {
    return hook;
  }

  @Override
  public boolean isFree() {
    return true;
  }

  @Override
  public @Nullable NetDevice peer() {
    return to;
  }

  @Override
  public void send(SocketBuffer packet, long now) {
    Network network = from.host().network();
    BufferPool.release(packet);
    if (closed) {
      network.buffers().give(packet);
      return;
    }
    forward(packet);
    if (hook.isEmpty()) {
      if (policy == NetkitPolicy.BLACKHOLE) {
        network.drop(from, packet, places.unknown(), now);
      } else {
        to.receiveLater(packet, now);
      }
      return;
    }
    int verdict;
    network.enter(to.host());
    try {
      verdict = hook.run(network.execution(), packet);
      network.sendClones();
    } catch (Fault fault) {
      network.noteFault(fault);
      network.drop(from, packet, places.ofFault(fault), now);
      return;
    }
    switch (verdict) {
      case OK -> {
        packet.readProtocol();
        to.receiveLater(packet, now);
      }
      case REDIRECT -> to.host().follow(to, packet, now);
      default -> network.drop(from, packet, places.ofProgram(hook.lastRun()), now);
    }
  }

  /** {@code netkit_prep_forward}: what the other host must not see goes before programs run. */
  private void forward(SocketBuffer packet) {
    packet.ingressIndex = 0;
    packet.tcIndex = 0;
    packet.tcClassId = 0;
    packet.redirected = false;
    packet.atIngress = false;
    if (!from.host().equals(to.host())) {
      packet.mark = 0;
      packet.priority = 0;
      packet.timestamp = 0;
      packet.cgroupClassId = 0;
      packet.hops = 0;
    }
    packet.packetType = to.packetType(packet);
    packet.deviceIndex = to.index();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      hook.gone();
      to.host().removeDevice(to);
    }
  }
}
