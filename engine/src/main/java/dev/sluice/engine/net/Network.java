package dev.sluice.engine.net;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.engine.Machine;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import dev.sluice.engine.vm.Surroundings;
import dev.sluice.engine.vm.Surroundings.EventSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hosts joined by wires, on one timeline: what a simulation runs on. Everything in it happens in
 * virtual time and follows from a seed, so the same set-up gives the same packets, byte for byte.
 */
public final class Network {
  private static final int MOST_FAULTS = 100;

  private final Timeline timeline;
  private final Machine machine;
  private final ControlGroups groups;
  private final BufferPool buffers = new BufferPool();
  private final SequencedMap<String, Host> hosts = new LinkedHashMap<>();
  private final HookRun run = new HookRun(this);
  private final List<String> faults = new ArrayList<>();
  private final List<PacketObserver> observers = new ArrayList<>();
  private Consumer<String> traceSink = _ -> {};
  private @Nullable EventSink events;
  private @Nullable SocketBuffer firstClone;
  private @Nullable SocketBuffer lastClone;

  /**
   * A network without hosts.
   *
   * @param seed what all chance in it follows from
   */
  public Network(long seed) {
    this(new Timeline(), seed);
  }

  /** A network on a timeline of its own. */
  public Network(Timeline timeline, long seed) {
    this.timeline = timeline;
    machine = new Machine(timeline, seed);
    groups = new ControlGroups(machine);
  }

  /** Its time. */
  public Timeline timeline() {
    return timeline;
  }

  /** The machine that its hosts share: programs and maps belong to no host. */
  public Machine machine() {
    return machine;
  }

  /** The machine's control groups. */
  public ControlGroups groups() {
    return groups;
  }

  /** Buffers for packets. */
  public BufferPool buffers() {
    return buffers;
  }

  /** Adds a host. */
  public Host addHost(String name) {
    synchronized (machine) {
      if (hosts.containsKey(name)) {
        throw new InvalidInput("network", 0, 0, "there is a host '" + name + "' already");
      }
      Host host = new Host(this, name, hosts.size());
      hosts.put(name, host);
      return host;
    }
  }

  /** The hosts, in the order they were added. */
  public List<Host> hosts() {
    return List.copyOf(hosts.values());
  }

  /** Joins two new devices by a wire. */
  public void connect(Host one, String oneName, Host other, String otherName, WireSpec wire) {
    synchronized (machine) {
      NetDevice near = one.addDevice(oneName, wire.rate() != null, true);
      NetDevice far = other.addDevice(otherName, wire.rate() != null, true);
      near.plug(new Transmitter(timeline, near, far, wire));
      far.plug(new Transmitter(timeline, far, near, wire));
    }
  }

  /**
   * Joins two new devices as a netkit pair, in layer 2 mode.
   *
   * @param host where the primary device is
   * @param primary its name
   * @param peerHost where the peer device is; may be the same host
   * @param peer its name
   * @param policy what becomes of the primary's packets without programs
   * @param peerPolicy what becomes of the peer's
   */
  public void connectNetkit(
      Host host,
      String primary,
      Host peerHost,
      String peer,
      NetkitPolicy policy,
      NetkitPolicy peerPolicy) {
    synchronized (machine) {
      NetDevice near = host.addDevice(primary, false, false);
      NetDevice far = peerHost.addDevice(peer, false, false);
      near.plug(new NetkitEnd(near, far, AttachPoint.Netkit.Side.PRIMARY, policy));
      far.plug(new NetkitEnd(far, near, AttachPoint.Netkit.Side.PEER, peerPolicy));
    }
  }

  /**
   * Adds an {@code ifb} device: what is redirected to it passes its qdisc and goes back to where it
   * came from.
   */
  public void addIntermediate(Host host, String name) {
    synchronized (machine) {
      host.addIntermediate(name, 0);
    }
  }

  /** Tells an observer of every packet from now on. */
  public void observe(PacketObserver observer) {
    observers.add(observer);
  }

  List<PacketObserver> observers() {
    return observers;
  }

  /** Where lines go that programs print; nowhere at first. */
  public void traceTo(Consumer<String> sink) {
    traceSink = sink;
  }

  Consumer<String> traceSink() {
    return traceSink;
  }

  /** Where events go that programs put out; nowhere at first. */
  public void sendEventsTo(EventSink sink) {
    events = sink;
  }

  @Nullable EventSink events() {
    return events;
  }

  /** Lets everything happen up to a time, in nanoseconds, and makes it that time. */
  public void runUntil(long until) {
    synchronized (machine) {
      timeline.runUntil(until);
    }
  }

  /**
   * Lets everything happen up to a time, or until nothing more is to happen.
   *
   * @return the time of the last thing that happened, in nanoseconds
   */
  public long runToEnd(long latest) {
    return runToEnd(() -> latest);
  }

  /** The same up to a time that may turn out only on the way. */
  public long runToEnd(LongSupplier latest) {
    synchronized (machine) {
      while (timeline.next() <= latest.getAsLong() && timeline.step()) {
        // One thing after the other.
      }
      return timeline.nanoseconds();
    }
  }

  /** Programs run on a host from now on. */
  void enter(Host host) {
    run.setHost(host);
  }

  /** The memory that programs run in: one runs at a time. */
  Execution execution() {
    return run.execution();
  }

  /** What programs see around them that run outside of any hook. */
  Surroundings surroundings() {
    return run;
  }

  /**
   * Keeps a copy that a program sent, until the program is done: it must not find itself in the
   * middle of another's run.
   */
  void keepClone(SocketBuffer clone) {
    clone.next = null;
    if (lastClone == null) {
      firstClone = clone;
    } else {
      lastClone.next = clone;
    }
    lastClone = clone;
  }

  /** Sends the copies that programs made, now that they are done. */
  void sendClones() {
    SocketBuffer clone = firstClone;
    firstClone = null;
    lastClone = null;
    while (clone != null) {
      SocketBuffer next = clone.next;
      clone.next = null;
      run.host()
          .redirect(clone, clone.redirectIndex, clone.redirect == SocketBuffer.Redirect.INGRESS);
      clone = next;
    }
  }

  /** A program faulted. Each fault is kept once. */
  void noteFault(Fault fault) {
    String message = String.valueOf(fault.getMessage());
    if (faults.size() < MOST_FAULTS && !faults.contains(message)) {
      faults.add(message);
    }
  }

  /** What programs faulted with, each once and the first hundred. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  /** A packet is gone. */
  void drop(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
    tellDrop(device, packet, place, now);
    buffers.give(packet);
  }

  /** Tells that a packet is dropped, whose buffer somebody else gives back. */
  void tellDrop(NetDevice device, SocketBuffer packet, DropPlace place, long now) {
    for (int i = 0; i < observers.size(); i++) {
      observers.get(i).dropped(device, packet, place, now);
    }
  }
}
