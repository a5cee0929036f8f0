package dev.sluice.engine.net;

import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.chain.TcxHook;
import dev.sluice.engine.chain.XdpHook;
import dev.sluice.engine.filter.FilterBlock;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.sched.Classification;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Fault;

/**
 * A device's programs and filters in both directions, and what becomes of a packet by their
 * verdicts ({@code sch_handle_ingress}, {@code sch_handle_egress} and {@code tc_run} in {@code
 * net/core/dev.c}).
 */
final class DeviceHooks {
  private static final int NEXT = -1;
  private static final int OK = 0;
  private static final int RECLASSIFY = 1;
  private static final int DROP = 2;
  private static final int STOLEN = 4;
  private static final int QUEUED = 5;
  private static final int REDIRECT = 7;
  private static final int TRAP = 8;

  private static final int XDP_PASS = 2;
  private static final int XDP_TX = 3;
  private static final int XDP_REDIRECT = 4;

  private final NetDevice device;
  private final XdpHook xdp;
  private final TcxHook ingress;
  private final TcxHook egress;
  private final Classification found = new Classification();
  private final DropPlaces places;

  /**
   * The hooks of a device.
   *
   * @param driver whether its driver runs XDP programs
   */
  DeviceHooks(NetDevice device, boolean driver) {
    this.device = device;
    xdp = new XdpHook(device.device(), driver);
    ingress = new TcxHook(device.device(), Direction.INGRESS);
    egress = new TcxHook(device.device(), Direction.EGRESS);
    places = new DropPlaces(device.name());
  }

  XdpHook xdp() {
    return xdp;
  }

  TcxHook tcx(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }

  /**
   * Runs a packet through the hooks of a direction.
   *
   * @return whether it goes on; if not, it is gone
   */
  boolean pass(Direction direction, SocketBuffer packet, long now) {
    TcxHook programs = tcx(direction);
    FilterBlock filters =
        direction == Direction.INGRESS
            ? device.tree().ingressFilters()
            : device.tree().egressFilters();
    if (programs.isEmpty() && (filters == null || filters.isEmpty())) {
      return true;
    }
    Network network = device.host().network();
    int verdict = NEXT;
    DropPlace place = places.unknown();
    network.enter(device.host());
    try {
      if (!programs.isEmpty()) {
        verdict = programs.run(network.execution(), packet);
        place = places.ofProgram(programs.lastRun());
        network.sendClones();
      }
      if (verdict == NEXT && filters != null && !filters.isEmpty()) {
        verdict = ask(filters, packet);
        place = places.ofFilter(found);
        network.sendClones();
      }
    } catch (Fault fault) {
      network.noteFault(fault);
      network.drop(device, packet, places.ofFault(fault), now);
      return false;
    }
    return carryOut(verdict, packet, place, now);
  }

  /**
   * Runs the XDP program on a packet that arrives ({@code veth_xdp_rcv_skb} in {@code
   * drivers/net/veth.c}, {@code netif_receive_generic_xdp} in {@code net/core/dev.c}).
   *
   * @return whether it goes on; if not, it is gone
   */
  boolean passXdp(SocketBuffer packet, long now) {
    EngineProgram program = xdp.program();
    if (program == null) {
      return true;
    }
    Network network = device.host().network();
    packet.metaStart = packet.head;
    packet.redirect = SocketBuffer.Redirect.NONE;
    network.enter(device.host());
    int action;
    try {
      action = program.run(network.execution(), packet);
    } catch (Fault fault) {
      network.noteFault(fault);
      network.drop(device, packet, places.ofFault(fault), now);
      return false;
    }
    switch (action) {
      case XDP_PASS -> {
        packet.readProtocol();
        return true;
      }
      case XDP_TX -> device.sendFrame(device, packet, xdp.isNative(), now);
      case XDP_REDIRECT -> device.host().followXdp(device, packet, xdp.isNative(), now);
      default ->
          // Not only XDP_DROP: also XDP_ABORTED and numbers without a meaning.
          network.drop(device, packet, places.ofProgram(program), now);
    }
    return false;
  }

  private int ask(FilterBlock filters, SocketBuffer packet) {
    found.classId = 0;
    int verdict = filters.classify(packet, found);
    if (verdict == OK || verdict == RECLASSIFY) {
      packet.tcIndex = found.classId & 0xffff;
    }
    return verdict;
  }

  private boolean carryOut(int verdict, SocketBuffer packet, DropPlace place, long now) {
    switch (verdict) {
      case DROP -> {
        device.host().network().drop(device, packet, place, now);
        return false;
      }
      case REDIRECT -> {
        device.host().follow(device, packet, now);
        return false;
      }
      case STOLEN, QUEUED, TRAP -> {
        // An action has taken it over.
        return false;
      }
      default -> {
        return true;
      }
    }
  }

  void deviceGone() {
    xdp.gone();
    ingress.gone();
    egress.gone();
  }
}
