package dev.sluice.engine.net;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.skb.SocketBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The inside of an {@code ifb} device ({@code drivers/net/ifb.c}): packets that were redirected to
 * it, to pass its qdisc, go back to where they came from. One that was arriving comes to its host
 * as if the redirect had not been; one that was leaving is sent by the device it was leaving by.
 * Neither passes that device's hooks again ({@code skb->tc_skip_classify}).
 */
final class IntermediateDevice implements Medium {
  private final NetDevice device;
  private final int group;
  private final DropPlace noWay;

  IntermediateDevice(NetDevice device, int group) {
    this.device = device;
    this.group = group;
    noWay =
        new DropPlace(
            DropPlace.Cause.REDIRECT,
            device.name(),
            "ifb: not redirected here",
            Handle.UNSPECIFIED);
  }

  /** The device group that it was made with. */
  int group() {
    return group;
  }

  @Override
  public boolean isFree() {
    return true;
  }

  @Override
  public void send(SocketBuffer packet, long now) {
    // A program's redirect notes no device: it is the one by which the packet came to the host.
    NetDevice origin = packet.redirected ? device.host().find(packet.ingressIndex) : null;
    if (origin == null) {
      device.host().network().drop(device, packet, noWay, now);
      return;
    }
    packet.redirected = false;
    packet.deviceIndex = origin.index();
    packet.ingressIndex = device.index();
    if (packet.redirectedFromIngress) {
      packet.ingressIndex = origin.index();
      device.host().deliver(origin, packet, now);
    } else {
      origin.enqueue(packet, now);
    }
  }

  @Override
  public @Nullable NetDevice peer() {
    return null;
  }

  @Override
  public void close() {}
}
