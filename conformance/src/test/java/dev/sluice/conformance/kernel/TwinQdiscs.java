package dev.sluice.conformance.kernel;

import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Statistics;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The same device twice: one end of a veth pair in the kernel, and one in the engine. What is done
 * to one is done to the other, and answers, listings and counters can be compared. The engine's
 * time follows the kernel's.
 */
final class TwinQdiscs implements AutoCloseable {
  /** Handles from here on are chosen by the kernel. */
  private static final int FIRST_OWN_MAJOR = 0x8000;

  private static final int MOST_OWN_MAJOR = 0xfffe;

  private final KernelTestbed testbed = new KernelTestbed();
  private final KernelHost left = (KernelHost) testbed.left();
  private final Network network = new Network(1);
  private final NetDevice engineDevice;
  private final Side kernel;
  private final Side engine;
  private final long start = System.nanoTime();

  TwinQdiscs() {
    // The kernel's device is the first of its host too, so messages name both alike.
    String name = left.deviceName(0);
    network.connect(
        network.addHost("left"), name, network.addHost("right"), "right0", WireSpec.VETH);
    network.hosts().get(1).addReceiver((_, _, _) -> true);
    engineDevice = Objects.requireNonNull(network.hosts().getFirst().find(name));
    kernel = new Side(left.datapath().trafficControl(), left.device(0));
    engine =
        new Side(
            EngineDatapath.open(network.hosts().getFirst()).trafficControl(),
            engineDevice.device());
  }

  /** What the kernel is asked by. */
  Side kernel() {
    return kernel;
  }

  /** What the engine is asked by. */
  Side engine() {
    return engine;
  }

  /** Sends a frame by both. */
  void send(Frame frame, int priority) {
    testbed.left().send(left.device(0), frame, priority);
    synchronized (network.machine()) {
      SocketBuffer packet = network.buffers().take();
      packet.fill(frame.bytes().toArray(), 0, frame.length(), frame.length());
      packet.priority = priority;
      engineDevice.transmit(packet, network.timeline().nanoseconds());
    }
  }

  /** Lets as much time pass in the engine as has passed in the kernel. */
  void keepUp() {
    network.runUntil(System.nanoTime() - start);
  }

  @Override
  public void close() {
    testbed.close();
  }

  /** One of the two. */
  static final class Side {
    private final TrafficControl control;
    private final Device device;

    /** Handles that were chosen, by their number, in the order they came up. */
    private final Map<Integer, Integer> chosen = new HashMap<>();

    Side(TrafficControl control, Device device) {
      this.control = control;
      this.device = device;
    }

    TrafficControl control() {
      return control;
    }

    Device device() {
      return device;
    }

    /** Applies a change; what came of it in words. */
    String apply(Function<Device, ? extends Change> change) {
      List<Outcome> outcomes =
          control.apply(List.of(change.apply(device)), TrafficControl.OnRefusal.CONTINUE);
      return switch (outcomes.getFirst()) {
        case Outcome.Done done ->
            "done " + done.warnings().toString().replaceAll("class [89A-F]...(?=.... )", "class ");
        case Outcome.Refused(_, KernelRejected rejected) ->
            named(
                "errno %d, text %s, rule %s"
                    .formatted(rejected.errno(), rejected.kernelText(), rejected.rule()));
        case Outcome.Refused refused -> String.valueOf(refused.reason().getMessage());
        case Outcome.NotTried _ -> throw new AssertionError("tried");
      };
    }

    /** What is there, one line each, sorted. */
    List<String> listing() {
      // In this order handles are given their numbers.
      List<String> qdiscs = control.qdiscs(device).stream().map(this::line).sorted().toList();
      List<String> classes = control.classes(device).stream().map(this::line).sorted().toList();
      return Stream.concat(qdiscs.stream(), classes.stream()).sorted().toList();
    }

    private String line(QdiscEntry entry) {
      return "qdisc %s parent %s refs %s %s: %s"
          .formatted(
              name(entry.handle()),
              name(entry.parent()),
              // Each of a device's transmit queues holds its root, and the kernel's has several.
              entry.isRoot() ? "?" : String.valueOf(entry.references()),
              entry.qdisc(),
              // A device with several queues asks once more what a packet brings along with it.
              counters(entry.statistics(), !(entry.qdisc() instanceof Tbf)));
    }

    private String line(ClassEntry entry) {
      return "class %s parent %s leaf %s %s: %s"
          .formatted(
              name(entry.id()),
              name(entry.parent()),
              name(entry.leaf()),
              entry.trafficClass(),
              counters(entry.statistics(), true));
    }

    /** Counters without tokens, which tell the time. */
    private static String counters(Statistics statistics, boolean overlimits) {
      String own =
          switch (statistics.own()) {
            case Statistics.HtbClass htb ->
                "lends %d borrows %d".formatted(htb.lends(), htb.borrows());
            case null -> "";
            case Statistics.Own other -> other.toString();
          };
      return "sent %d/%d dropped %d overlimits %s requeues %d waiting %d/%d %s"
          .formatted(
              statistics.packets(),
              statistics.bytes(),
              statistics.drops(),
              overlimits ? String.valueOf(statistics.overlimits()) : "?",
              statistics.requeues(),
              statistics.queueLength(),
              statistics.backlog(),
              own);
    }

    /** A handle's name; one that was chosen is called by its place in the order. */
    private String name(Handle handle) {
      int major = handle.major();
      if (major < FIRST_OWN_MAJOR || major > MOST_OWN_MAJOR) {
        return handle.toString();
      }
      int order = chosen.computeIfAbsent(major, _ -> chosen.size() + 1);
      return "chosen" + order + ":" + Integer.toHexString(handle.minor());
    }

    /**
     * A refusal with the names of handles that were chosen. What it enumerates is sorted, and of
     * several children it may name any: the engine lists by number, the kernel by hash.
     */
    private String named(String text) {
      String changed = text.replaceAll("[0-9a-f:]+ is one", "one is one");
      for (Map.Entry<Integer, Integer> handle : chosen.entrySet()) {
        changed =
            changed.replace(
                Integer.toHexString(handle.getKey()) + ":", "chosen" + handle.getValue() + ":");
      }
      int list = changed.indexOf("; it has ");
      if (list < 0) {
        return changed;
      }
      Stream<String> items = Stream.of(changed.substring(list + 9).split(", "));
      return changed.substring(0, list) + "; it has " + items.sorted().toList();
    }
  }
}
