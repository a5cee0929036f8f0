package dev.sluice.engine.net;

import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.function.Predicate;

/**
 * A socket of a control group, as receiving packets sees it: the group's programs judge what is for
 * it ({@code sk_filter_trim_cap} in {@code net/core/filter.c}).
 *
 * @param group the group
 * @param isFor whether a packet is for the socket
 * @param socket gets what the programs let pass
 */
public record GroupReceiver(ControlGroup group, Predicate<SocketBuffer> isFor, Receiver socket)
    implements Receiver {
  @Override
  public boolean receive(NetDevice device, SocketBuffer packet, long now) {
    if (!isFor.test(packet)) {
      return false;
    }
    DropPlace place = group.judge(Direction.INGRESS, device, packet);
    if (place == null) {
      return socket.receive(device, packet, now);
    }
    device.host().network().tellDrop(device, packet, place, now);
    return true;
  }
}
