package dev.sluice.conformance.engine;

import dev.sluice.conformance.testbed.Host;
import dev.sluice.conformance.testbed.Testbed;
import dev.sluice.engine.Machine;
import dev.sluice.engine.net.ControlGroups;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.NetkitPolicy;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.object.ObjectTable;
import dev.sluice.engine.vm.ExecutionMode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Two hosts of a network of its own. */
final class EngineTestbed implements Testbed {
  /** How much virtual time a look at the testbed takes. */
  private static final long LOOK = 1_000_000L;

  private static final Path PINS = Path.of("/sys/fs/bpf/conformance");

  private final Network network = new Network(1);
  private final Deque<Path> groups = new ArrayDeque<>();
  private final EngineHost left;
  private final EngineHost right;
  private final Consumer<String> leftBehind;

  /**
   * A testbed with one wire.
   *
   * @param mode how programs run
   * @param leftBehind is told of each thing that is still there when the testbed is closed
   */
  EngineTestbed(ExecutionMode mode, Consumer<String> leftBehind) {
    left = new EngineHost(this, network.addHost("left"), mode);
    right = new EngineHost(this, network.addHost("right"), mode);
    this.leftBehind = leftBehind;
    addWire(0);
  }

  Network network() {
    return network;
  }

  @Override
  public Host left() {
    return left;
  }

  @Override
  public Host right() {
    return right;
  }

  @Override
  public void addWire(int number) {
    network.connect(left.host(), "left" + number, right.host(), "right" + number, WireSpec.VETH);
  }

  @Override
  public void addNetkit(int number) {
    network.connectNetkit(
        left.host(),
        "left" + number,
        right.host(),
        "right" + number,
        NetkitPolicy.FORWARD,
        NetkitPolicy.FORWARD);
  }

  @Override
  public void removeWire(int number) {
    NetDevice end = Objects.requireNonNull(left.host().find("left" + number));
    left.host().removeDevice(end);
  }

  @Override
  public Path addGroup(String path) {
    Path own = ControlGroups.ROOT.resolve("conformance");
    if (groups.isEmpty()) {
      network.groups().make(own);
      groups.push(own);
    }
    Path group = own.resolve(path);
    groups.push(group);
    network.groups().make(group);
    return group;
  }

  @Override
  public void removeGroup(Path group) {
    groups.remove(group);
    network.groups().remove(group);
  }

  /** Lets a moment pass: what is on its way arrives. */
  void pass() {
    network.runUntil(network.timeline().nanoseconds() + LOOK);
  }

  @Override
  public void settle() {
    pass();
    // The kernel's testbed sends frames of its own here, which make queues look at the time.
    synchronized (network.machine()) {
      for (EngineHost host : List.of(left, right)) {
        for (NetDevice device : host.host().devices()) {
          device.runQueue(network.timeline().nanoseconds());
        }
      }
    }
    pass();
  }

  @Override
  public Path pinDirectory() {
    return PINS;
  }

  @Override
  public void unpin(Path path) {
    synchronized (network.machine()) {
      network.machine().pins().unpin(path);
    }
  }

  @Override
  public void close() {
    left.close();
    right.close();
    groups.forEach(network.groups()::remove);
    Machine machine = network.machine();
    synchronized (machine) {
      for (EngineHost host : List.of(left, right)) {
        host.host().devices().forEach(host.host()::removeDevice);
      }
      for (ObjectTable table : List.of(machine.links(), machine.programs(), machine.maps())) {
        for (EngineObject object : table.list()) {
          machine.pins().pathsOf(object).forEach(machine.pins()::unpin);
        }
      }
      for (ObjectTable table : List.of(machine.links(), machine.programs(), machine.maps())) {
        table.list().forEach(_ -> leftBehind.accept(table.kind()));
      }
    }
    if (network.buffers().outstanding() != 0) {
      leftBehind.accept("packets");
    }
  }
}
