package dev.sluice.policy.export;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A host in the engine with a device, and one behind it. */
final class EngineBench {
  static final String DROPPED = "dropped";
  static final String NO_CLASS = "no class";

  private final Network network = new Network(1);
  private final Host host = network.addHost("host");
  private final Host peer = network.addHost("peer");
  private final Datapath datapath = EngineDatapath.open(host);
  private final NetDevice eth0;
  private final NetDevice behind;
  private int received;
  private long now;

  EngineBench() {
    network.connect(host, "eth0", peer, "eth0", WireSpec.VETH);
    eth0 = Objects.requireNonNull(host.find("eth0"));
    behind = Objects.requireNonNull(peer.find("eth0"));
    host.addReceiver((_, _, _) -> ++received > 0);
    peer.addReceiver((_, _, _) -> ++received > 0);
  }

  Datapath datapath() {
    return datapath;
  }

  Device device() {
    return eth0.device();
  }

  private Map<Handle, Long> counts() {
    Map<Handle, Long> counts = new TreeMap<>();
    for (ClassEntry entry : datapath.trafficControl().classes(device())) {
      counts.put(entry.id(), entry.statistics().packets());
    }
    return counts;
  }

  /** Sends one packet out; the lowest class that counted it, or what else became of it. */
  String leave(byte[] frame, int mark) {
    Map<Handle, Long> before = counts();
    if (!passes(eth0, frame, mark)) {
      return DROPPED;
    }
    Map<Handle, Long> after = counts();
    List<ClassEntry> classes = datapath.trafficControl().classes(device());
    for (ClassEntry entry : classes) {
      boolean inner = classes.stream().anyMatch(other -> other.parent().equals(entry.id()));
      if (!inner && !Objects.equals(before.get(entry.id()), after.get(entry.id()))) {
        return entry.id().toString();
      }
    }
    return NO_CLASS;
  }

  /** Whether a packet arrives at the host. */
  boolean arrives(byte[] frame) {
    return passes(behind, frame, 0);
  }

  private boolean passes(NetDevice by, byte[] frame, int mark) {
    int before = received;
    SocketBuffer packet = network.buffers().take();
    packet.fill(frame, 0, frame.length, frame.length);
    packet.mark = mark;
    by.transmit(packet, network.timeline().nanoseconds());
    now += 100_000_000L;
    network.runUntil(now);
    return received > before;
  }
}
