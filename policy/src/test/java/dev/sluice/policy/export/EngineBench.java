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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A host in the engine with devices, and one behind each. */
final class EngineBench {
  static final String DROPPED = "dropped";
  static final String NO_CLASS = "no class";

  private final Network network = new Network(1);
  private final Host host = network.addHost("host");
  private final Host peer = network.addHost("peer");
  private final Datapath datapath = EngineDatapath.open(host);
  private final List<NetDevice> own = new ArrayList<>();
  private final List<NetDevice> behind = new ArrayList<>();
  private int received;
  private long now;

  EngineBench(int devices) {
    for (int i = 0; i < devices; i++) {
      network.connect(host, "eth" + i, peer, "eth" + i, WireSpec.VETH);
      own.add(Objects.requireNonNull(host.find("eth" + i)));
      behind.add(Objects.requireNonNull(peer.find("eth" + i)));
    }
    host.addReceiver((_, _, _) -> ++received > 0);
    peer.addReceiver((_, _, _) -> ++received > 0);
  }

  Datapath datapath() {
    return datapath;
  }

  Device device(int index) {
    return own.get(index).device();
  }

  private Map<Handle, Long> counts(int index) {
    Map<Handle, Long> counts = new TreeMap<>();
    for (ClassEntry entry : datapath.trafficControl().classes(device(index))) {
      counts.put(entry.id(), entry.statistics().packets());
    }
    return counts;
  }

  /** Sends one packet out; the lowest class that counted it, or what else became of it. */
  String leave(int index, byte[] frame, int mark) {
    Map<Handle, Long> before = counts(index);
    if (!passes(own.get(index), frame, mark)) {
      return DROPPED;
    }
    Map<Handle, Long> after = counts(index);
    List<ClassEntry> classes = datapath.trafficControl().classes(device(index));
    for (ClassEntry entry : classes) {
      boolean inner = classes.stream().anyMatch(other -> other.parent().equals(entry.id()));
      if (!inner && !Objects.equals(before.get(entry.id()), after.get(entry.id()))) {
        return entry.id().toString();
      }
    }
    return NO_CLASS;
  }

  /** Whether a packet arrives at the host. */
  boolean arrives(int index, byte[] frame) {
    return passes(behind.get(index), frame, 0);
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
