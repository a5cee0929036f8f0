package dev.sluice.conformance.engine;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Host;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Receiver;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.ArrayList;
import java.util.List;

/** A host of the engine's testbed. */
final class EngineHost implements Host, AutoCloseable {
  private final EngineTestbed testbed;
  private final dev.sluice.engine.net.Host host;
  private final ExecutionMode mode;
  private final Datapath datapath;

  EngineHost(EngineTestbed testbed, dev.sluice.engine.net.Host host, ExecutionMode mode) {
    this.testbed = testbed;
    this.host = host;
    this.mode = mode;
    datapath = EngineDatapath.open(host, mode);
  }

  dev.sluice.engine.net.Host host() {
    return host;
  }

  @Override
  public Datapath datapath() {
    return datapath;
  }

  @Override
  public Datapath openDatapath() {
    return EngineDatapath.open(host, mode);
  }

  @Override
  public Device device(int wire) {
    return netDevice(host.name() + wire).device();
  }

  private NetDevice netDevice(String name) {
    NetDevice device = host.find(name);
    if (device == null) {
      throw new IllegalArgumentException("no device " + name);
    }
    return device;
  }

  @Override
  public void send(Device device, Frame frame, int priority) {
    synchronized (testbed.network().machine()) {
      SocketBuffer packet = testbed.network().buffers().take();
      packet.fill(frame.bytes().toArray(), 0, frame.length(), frame.length());
      packet.priority = priority;
      netDevice(device.name()).transmit(packet, testbed.network().timeline().nanoseconds());
    }
  }

  @Override
  public Capture capture(Device device) {
    List<Frame> frames = new ArrayList<>();
    Receiver receiver =
        (at, packet, _) -> {
          if (at.device().equals(device) && packet.protocol == Frame.IPV4) {
            frames.add(new Frame(Bytes.copyOf(packet.toArray())));
          }
          return false;
        };
    host.addReceiver(receiver);
    return new Capture() {
      @Override
      public List<Frame> frames() {
        testbed.pass();
        return List.copyOf(frames);
      }

      @Override
      public void close() {
        host.removeReceiver(receiver);
      }
    };
  }

  @Override
  public void close() {
    datapath.close();
  }
}
