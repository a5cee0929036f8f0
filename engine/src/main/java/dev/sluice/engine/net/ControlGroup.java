package dev.sluice.engine.net;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.chain.GroupHook;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Fault;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A control group. Sockets belong to one; what they send and receive passes its programs, then
 * those of the groups that it is below ({@code compute_effective_progs}, {@code
 * __cgroup_bpf_run_filter_skb} in {@code kernel/bpf/cgroup.c}). A program that asks to slow down is
 * not heard: the engine's senders look at losses only.
 */
public final class ControlGroup {
  private final @Nullable ControlGroup parent;
  private final Path path;
  private final GroupHook ingress;
  private final GroupHook egress;
  private final DropPlaces places;
  private final int[] savedCb = new int[5];

  ControlGroup(@Nullable ControlGroup parent, Path path, long id) {
    this.parent = parent;
    this.path = path;
    ingress = new GroupHook(new AttachPoint.Cgroup(path, Direction.INGRESS), id);
    egress = new GroupHook(new AttachPoint.Cgroup(path, Direction.EGRESS), id);
    places = new DropPlaces(path.toString());
  }

  /** The group that it is below; null for the topmost. */
  @Nullable ControlGroup parent() {
    return parent;
  }

  GroupHook hook(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }

  void gone() {
    ingress.gone();
    egress.gone();
  }

  /**
   * Runs the programs on a packet of one of its sockets.
   *
   * @param device the device that the packet is at
   * @return null to let it pass, or where it is dropped
   */
  @Nullable DropPlace judge(Direction direction, NetDevice device, SocketBuffer packet) {
    boolean ip = packet.protocol == SocketBuffer.IPV4 || packet.protocol == SocketBuffer.IPV6;
    if (!ip) {
      return null;
    }
    Network network = device.host().network();
    network.enter(device.host());
    System.arraycopy(packet.cb, 0, savedCb, 0, savedCb.length);
    Arrays.fill(packet.cb, 0);
    hideHeader(packet, SocketBuffer.ETHERNET_HEADER);
    DropPlace place = null;
    try {
      for (ControlGroup group = this; group != null; group = group.parent) {
        GroupHook hook = group.hook(direction);
        if (!hook.run(network.execution(), packet)) {
          place = group.places.ofProgram(hook.lastRun());
        }
      }
    } catch (Fault fault) {
      network.noteFault(fault);
      place = places.ofFault(fault);
    } finally {
      hideHeader(packet, -SocketBuffer.ETHERNET_HEADER);
      System.arraycopy(savedCb, 0, packet.cb, 0, savedCb.length);
    }
    return place;
  }

  private static void hideHeader(SocketBuffer packet, int bytes) {
    packet.head += bytes;
    packet.metaStart += bytes;
    packet.length -= bytes;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
