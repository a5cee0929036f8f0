package dev.sluice.engine.measure;

import dev.sluice.datapath.Handle;
import dev.sluice.engine.net.DropPlace;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.PacketObserver;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the devices of one host: what flows were offered, sent and received, how long packets
 * waited in which class, and what was dropped where. Flows are told apart by the tag of their
 * packets.
 */
public final class Meter implements PacketObserver {
  private final Host host;
  private final long start;
  private final long interval;
  private final Map<NetDevice, DeviceMeter> devices = new LinkedHashMap<>();
  private final IdentityHashMap<DropPlace, Drops> drops = new IdentityHashMap<>();
  private final List<Drops> dropsInOrder = new ArrayList<>();
  private @Nullable FlowMeter[] flows = new @Nullable FlowMeter[16];
  private boolean closed;
  private boolean arrivalsClosed;

  /**
   * A meter.
   *
   * @param host the host whose devices are watched
   * @param start when measuring begins, in nanoseconds
   * @param interval how long an interval of the series is at first, in nanoseconds
   */
  public Meter(Host host, long start, long interval) {
    this.host = host;
    this.start = start;
    this.interval = interval;
  }

  /** What is known of a flow. */
  public final class FlowMeter {
    private final Traffic offered = traffic(closed);
    private final Traffic sent = traffic(closed);
    private final Traffic received = traffic(arrivalsClosed);
    private long dropped;

    private FlowMeter() {}

    /** What its sender gave to a device, of this host or another. */
    public Traffic offered() {
      return offered;
    }

    /** What left by the host's devices; delays are those of hooks and queues. */
    public Traffic sent() {
      return sent;
    }

    /** What came to another host, or from the wire to this one; delays are from end to end. */
    public Traffic received() {
      return received;
    }

    /** How many of its packets were dropped, anywhere. */
    public long dropped() {
      return dropped;
    }
  }

  private final class DeviceMeter {
    private final Traffic all = traffic(closed);
    private final Map<Integer, @Nullable Traffic[]> classes = new HashMap<>();
    private @Nullable Traffic[] lastClasses = new @Nullable Traffic[0];
    private int lastMajor = -1;

    Traffic ofClass(int id) {
      int major = id >>> 16;
      if (major != lastMajor) {
        lastClasses = classes.computeIfAbsent(major, _ -> new @Nullable Traffic[16]);
        lastMajor = major;
      }
      int minor = id & 0xffff;
      if (minor >= lastClasses.length) {
        lastClasses = Arrays.copyOf(lastClasses, Integer.highestOneBit(minor) << 1);
        classes.put(major, lastClasses);
      }
      Traffic known = lastClasses[minor];
      if (known == null) {
        known = traffic(closed);
        lastClasses[minor] = known;
      }
      return known;
    }
  }

  private Traffic traffic(boolean late) {
    Traffic traffic = new Traffic(start, interval);
    if (late) {
      traffic.close();
    }
    return traffic;
  }

  /**
   * The senders have ended: what leaves from now on counts, but not for rates, so that those of the
   * parts add up to that of the whole.
   */
  public void closeRates() {
    closed = true;
    for (DeviceMeter meter : devices.values()) {
      meter.all.close();
      for (@Nullable Traffic[] minors : meter.classes.values()) {
        for (Traffic known : minors) {
          if (known != null) {
            known.close();
          }
        }
      }
    }
    for (FlowMeter flow : flows) {
      if (flow != null) {
        flow.offered.close();
        flow.sent.close();
      }
    }
  }

  /** The same for what arrives, which the wire may delay. */
  public void closeArrivalRates() {
    arrivalsClosed = true;
    for (FlowMeter flow : flows) {
      if (flow != null) {
        flow.received.close();
      }
    }
  }

  /** What is known of the flow with a tag. */
  public FlowMeter flow(int tag) {
    if (tag >= flows.length) {
      flows = Arrays.copyOf(flows, Math.max(tag + 1, 2 * flows.length));
    }
    FlowMeter known = flows[tag];
    if (known == null) {
      known = new FlowMeter();
      flows[tag] = known;
    }
    return known;
  }

  private DeviceMeter device(NetDevice device) {
    DeviceMeter known = devices.get(device);
    if (known == null) {
      known = new DeviceMeter();
      devices.put(device, known);
    }
    return known;
  }

  @Override
  public void offered(NetDevice device, SocketBuffer packet, long now) {
    if (packet.hops == 0) {
      flow(packet.tag).offered.count(packet, now, 0);
    }
  }

  @Override
  public void transmitted(NetDevice device, SocketBuffer packet, long now) {
    if (device.host() == host) {
      long waited = now - packet.enqueuedAt;
      DeviceMeter meter = device(device);
      meter.all.count(packet, now, waited);
      meter.ofClass(packet.queueClass).count(packet, now, waited);
      flow(packet.tag).sent.count(packet, now, waited);
    }
  }

  @Override
  public void delivered(NetDevice device, SocketBuffer packet, long now) {
    flow(packet.tag).received.count(packet, now, now - packet.sentAt);
  }

  @Override
  public void dropped(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
    if (place.cause() == DropPlace.Cause.HOST && device.host() != host) {
      // The other host is only there to receive.
      return;
    }
    Drops known = drops.get(place);
    if (known == null) {
      known = new Drops(place, start, interval);
      drops.put(place, known);
      dropsInOrder.add(known);
    }
    int segments = Math.max(1, packet.segments);
    known.count(segments, Math.max(packet.length, packet.queueLength), now);
    flow(packet.tag).dropped += segments;
  }

  /** All that left by a device. */
  public Traffic sentBy(NetDevice device) {
    return device(device).all;
  }

  /**
   * What left by a device, by the class that it waited in, in the order of the classes' numbers.
   */
  public Map<Handle, Traffic> classesOf(NetDevice device) {
    Map<Handle, Traffic> result = new LinkedHashMap<>();
    DeviceMeter meter = device(device);
    meter.classes.keySet().stream()
        .sorted()
        .forEach(
            major -> {
              @Nullable Traffic[] minors = meter.classes.getOrDefault(major, new Traffic[0]);
              for (int minor = 0; minor < minors.length; minor++) {
                Traffic known = minors[minor];
                if (known != null) {
                  result.put(Handle.of(major, minor), known);
                }
              }
            });
    return result;
  }

  /** What was dropped, by place, in the order that the places first dropped something. */
  public Collection<Drops> drops() {
    return List.copyOf(dropsInOrder);
  }
}
