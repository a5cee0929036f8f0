package dev.sluice.conformance.policy;

import dev.sluice.datapath.Datapath;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.FlowFrame;
import dev.sluice.engine.net.FlowPacing;
import dev.sluice.engine.net.FlowSource;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.Receiver;
import dev.sluice.engine.net.TcpEndpoints;
import dev.sluice.engine.net.TcpFlow;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.packet.Ipv4Address;
import dev.sluice.packet.MacAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The stage in the engine, in virtual time. */
final class EngineStage implements Stage {
  private static final long MILLISECOND = 1_000_000;
  private static final double WARM_UP = 2;
  private static final int SEGMENT = 1_460;
  private static final int SEND_BUFFER = 256 * 1024;

  private final List<String> workloads;
  private final Network network = new Network(1);
  private final Map<String, NetDevice> ends = new HashMap<>();
  private final EngineDatapath datapath;
  private int probes;
  private int tags;

  EngineStage(List<String> workloads) {
    this.workloads = List.copyOf(workloads);
    Host host = network.addHost("host");
    NetDevice line = plug(host, "eth0", OUTSIDE);
    host.routeIpv4(0, 0, line);
    host.routeIpv6(0, 0, 0, line);
    for (int i = 0; i < workloads.size(); i++) {
      NetDevice near = plug(host, "veth-" + workloads.get(i), workloads.get(i));
      int number = FIRST + i;
      host.routeIpv4(10 << 24 | number, 32, near);
      // As text it is fd00::10, so its digits are hexadecimal ones.
      host.routeIpv6(0xfd00L << 48, Integer.parseInt(Integer.toString(number), 16), 128, near);
    }
    datapath = EngineDatapath.open(host);
  }

  private NetDevice plug(Host host, String device, String place) {
    Host end = network.addHost(place);
    network.connect(host, device, end, "eth0", WireSpec.VETH);
    ends.put(place, Objects.requireNonNull(end.find("eth0")));
    return Objects.requireNonNull(host.find(device));
  }

  private NetDevice end(String place) {
    return Objects.requireNonNull(ends.get(place), place);
  }

  @Override
  public Datapath datapath() {
    return datapath;
  }

  private static byte[] frame(Probe probe, byte[] payload) {
    return probe.frame(
        payload, new MacAddress(0x0200_0000_0001L), new MacAddress(0x0200_0000_0002L));
  }

  @Override
  public boolean delivers(Probe probe) {
    synchronized (network.machine()) {
      int number = probes++;
      NetDevice to = end(placeOf(probe.destination(), workloads));
      boolean[] arrived = {false};
      Receiver receiver =
          (_, packet, _) -> {
            arrived[0] |= Probe.isLabelled(packet.toArray(), number);
            return false;
          };
      to.host().addReceiver(receiver);
      byte[] bytes = frame(probe, Probe.label(number));
      SocketBuffer packet = network.buffers().take();
      packet.fill(bytes, 0, bytes.length, bytes.length);
      end(probe.sender()).transmit(packet, network.timeline().nanoseconds());
      network.runUntil(network.timeline().nanoseconds() + 100 * MILLISECOND);
      to.host().removeReceiver(receiver);
      return arrived[0];
    }
  }

  @Override
  public Map<String, Double> measure(List<TestFlow> flows, double seconds) {
    synchronized (network.machine()) {
      long start = network.timeline().nanoseconds();
      long from = start + (long) (WARM_UP * 1e9);
      long until = from + (long) (seconds * 1e9);
      long[] bytes = new long[flows.size()];
      for (int i = 0; i < bytes.length; i++) {
        int number = i;
        int tag = ++tags;
        TestFlow flow = flows.get(i);
        // Before a receiver that takes its segments for itself.
        end(placeOf(flow.packet().destination(), workloads))
            .host()
            .addReceiver(
                (_, arrived, now) -> {
                  bytes[number] += arrived.tag == tag && now >= from ? arrived.length : 0;
                  return false;
                });
        if (flow.packet().isTcp()) {
          startTcp(flow, tag, start, until);
        } else {
          startUdp(flow, tag, start, until);
        }
      }
      network.runUntil(until);
      Map<String, Double> rates = new LinkedHashMap<>();
      for (int i = 0; i < bytes.length; i++) {
        rates.put(flows.get(i).name(), bytes[i] * 8 / seconds / 1e6);
      }
      return rates;
    }
  }

  private void startUdp(TestFlow flow, int tag, long start, long until) {
    Probe packet = flow.packet();
    FlowFrame frame =
        FlowFrame.of(frame(packet, new byte[TestFlow.DATAGRAM]), flow.datagramFrame()).tagged(tag);
    FlowPacing pacing = new FlowPacing.Constant(flow.interval());
    new FlowSource(end(packet.sender()), frame, pacing, 0, Long.MAX_VALUE, until, tag).start(start);
  }

  private void startTcp(TestFlow flow, int tag, long start, long until) {
    Probe packet = flow.packet();
    TcpEndpoints endpoints =
        new TcpEndpoints(
            end(packet.sender()),
            end(placeOf(packet.destination(), workloads)),
            ((Ipv4Address) packet.source()).bits(),
            ((Ipv4Address) packet.destination()).bits(),
            packet.sourcePort(),
            packet.destinationPort(),
            0,
            0,
            0,
            tag,
            0);
    new TcpFlow(endpoints, SEGMENT, 1, SEND_BUFFER, Long.MAX_VALUE, until).start(start);
  }

  @Override
  public void close() {
    datapath.close();
  }
}
