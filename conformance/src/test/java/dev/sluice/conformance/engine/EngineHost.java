package dev.sluice.conformance.engine;

import dev.sluice.conformance.testbed.Capture;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.GroupSocket;
import dev.sluice.conformance.testbed.Host;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.ControlGroup;
import dev.sluice.engine.net.GroupReceiver;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Receiver;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.ExecutionMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host of the engine's testbed. */
final class EngineHost implements Host, AutoCloseable {
  /** Where the destination address of an IPv4 frame is. */
  private static final int DESTINATION = 30;

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
  public GroupSocket socket(Path path) {
    boolean left = host.name().equals("left");
    String own = left ? GroupSocket.LEFT : GroupSocket.RIGHT;
    String other = left ? GroupSocket.RIGHT : GroupSocket.LEFT;
    ControlGroup group = testbed.network().groups().require(path);
    List<String> texts = new ArrayList<>();
    Receiver receiver =
        new GroupReceiver(
            group,
            packet -> isTo(packet, own),
            (_, packet, _) -> texts.add(new Frame(Bytes.copyOf(packet.toArray())).label()));
    host.addReceiver(receiver);
    return new GroupSocket() {
      @Override
      public void send(String text) {
        Frame frame = Frame.Udp.of(own, PORT, other, PORT).labelled(text).frame();
        synchronized (testbed.network().machine()) {
          SocketBuffer packet = testbed.network().buffers().take();
          packet.fill(frame.bytes().toArray(), 0, frame.length(), frame.length());
          netDevice(host.name() + "0")
              .transmit(group, packet, testbed.network().timeline().nanoseconds());
        }
      }

      @Override
      public List<String> received() {
        testbed.pass();
        return List.copyOf(texts);
      }

      @Override
      public void close() {
        host.removeReceiver(receiver);
      }
    };
  }

  private static boolean isTo(SocketBuffer packet, String address) {
    byte[] bytes = packet.toArray();
    return packet.protocol == Frame.IPV4
        && bytes.length > DESTINATION + 4
        && ByteBuffer.wrap(bytes).getInt(DESTINATION) == Frame.ipv4(address);
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
