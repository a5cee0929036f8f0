package dev.sluice.cli.tc;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Links;
import dev.sluice.datapath.program.Maps;
import dev.sluice.datapath.program.Programs;
import dev.sluice.datapath.tc.Change;
import dev.sluice.datapath.tc.ClassEntry;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.Outcome;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A datapath that notes what it is told and shows what a test gives it. */
final class ReplayedDatapath implements Datapath, TrafficControl {
  static final Device LO = new Device(1, "lo");
  static final Device ETH0 = new Device(2, "eth0");

  final List<Change> told = new ArrayList<>();
  final List<QdiscEntry> qdiscs = new ArrayList<>();
  final List<ClassEntry> classes = new ArrayList<>();
  final List<FilterEntry> filters = new ArrayList<>();
  int classListings;
  int deviceLookUps;
  int exchanges;
  @Nullable Change refused;
  String refusal = "";

  private final Map<String, Device> devices = new HashMap<>();

  ReplayedDatapath() {
    devices.put("lo", LO);
    devices.put("eth0", ETH0);
  }

  ReplayedDatapath with(Device device) {
    devices.put(device.name(), device);
    return this;
  }

  @Override
  public String name() {
    return "replayed";
  }

  @Override
  public List<Device> devices() {
    return List.copyOf(devices.values());
  }

  @Override
  public Device device(String name) {
    deviceLookUps++;
    Device device = devices.get(name);
    if (device == null) {
      throw new NotFound("device", name);
    }
    return device;
  }

  @Override
  public TrafficControl trafficControl() {
    return this;
  }

  @Override
  public Intermediates intermediates() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void qdiscs(@Nullable Device device, Consumer<QdiscEntry> consumer) {
    for (QdiscEntry entry : qdiscs) {
      if (device == null || device.equals(entry.device())) {
        consumer.accept(entry);
      }
    }
  }

  @Override
  public void classes(Device device, Handle parent, Consumer<ClassEntry> consumer) {
    classListings++;
    classes.forEach(consumer);
  }

  @Override
  public void filters(FilterQuery query, Consumer<FilterEntry> consumer) {
    filters.forEach(consumer);
  }

  @Override
  public FilterEntry filter(
      Device device,
      Handle parent,
      int priority,
      int protocol,
      @Nullable Integer chain,
      int handle,
      String kind) {
    throw new NotFound("filter", kind);
  }

  @Override
  public List<Outcome> apply(List<? extends Change> changes, OnRefusal onRefusal) {
    exchanges++;
    List<Outcome> outcomes = new ArrayList<>();
    boolean stopped = false;
    for (Change change : changes) {
      if (stopped) {
        outcomes.add(new Outcome.NotTried(change));
      } else if (change.equals(refused)) {
        outcomes.add(new Outcome.Refused(change, new KernelRejected("do it", 22, refusal, null)));
        stopped = onRefusal == OnRefusal.STOP;
      } else {
        told.add(change);
        outcomes.add(new Outcome.Done(change, List.of()));
      }
    }
    return outcomes;
  }

  @Override
  public Chain chain(AttachPoint at, AttachMode mode) {
    throw new Unsupported("chain", "this datapath only replays traffic control");
  }

  @Override
  public Programs programs() {
    throw new Unsupported("programs", "this datapath only replays traffic control");
  }

  @Override
  public Maps maps() {
    throw new Unsupported("maps", "this datapath only replays traffic control");
  }

  @Override
  public Links links() {
    throw new Unsupported("links", "this datapath only replays traffic control");
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(Map.of());
  }

  @Override
  public void close() {
    // kept for the test to look at
  }
}
