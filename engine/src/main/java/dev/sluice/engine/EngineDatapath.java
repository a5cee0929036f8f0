package dev.sluice.engine;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Links;
import dev.sluice.datapath.program.Maps;
import dev.sluice.datapath.program.Programs;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.chain.EngineChains;
import dev.sluice.engine.chain.EngineLinks;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.NetDevice;
import dev.sluice.engine.program.EnginePrograms;
import dev.sluice.engine.program.OpenProgram;
import dev.sluice.engine.tc.EngineTrafficControl;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The datapath of a host in a network of the engine. It needs no privilege and no kernel. */
public final class EngineDatapath implements Datapath {
  private static final Capabilities SUPPORTED = findings();

  private final Host host;
  private final Machine machine;
  private final EngineMaps maps;
  private final EnginePrograms programs;
  private final EngineLinks links;
  private final EngineTrafficControl trafficControl;
  private final EngineChains chains;

  private EngineDatapath(Host host, ExecutionMode mode) {
    this.host = host;
    machine = host.network().machine();
    maps = new EngineMaps(machine);
    programs = new EnginePrograms(machine, maps, host.surroundings(), mode);
    links = new EngineLinks(machine, OpenProgram::of);
    trafficControl = new EngineTrafficControl(machine, host::devices, host::find);
    chains =
        new EngineChains(
            machine, host::find, host.network().groups(), () -> trafficControl, OpenProgram::of);
  }

  /** Opens the datapath of a host. */
  public static EngineDatapath open(Host host) {
    return open(host, ExecutionMode.STANDARD);
  }

  /**
   * Opens the datapath of a host.
   *
   * @param mode how the programs run that are loaded through it
   */
  public static EngineDatapath open(Host host, ExecutionMode mode) {
    return new EngineDatapath(host, mode);
  }

  /** What the engine can do, whatever the host. */
  public static Capabilities supported() {
    return SUPPORTED;
  }

  private static Capabilities findings() {
    Map<Feature, Support> findings = new EnumMap<>(Feature.class);
    for (Feature feature : Feature.values()) {
      findings.put(
          feature,
          switch (feature) {
            case XDP_LIVE_FRAMES ->
                new Support.Missing("the engine's packets come from its network's senders");
            default -> new Support.Supported();
          });
    }
    return new Capabilities(findings);
  }

  @Override
  public String name() {
    return "engine";
  }

  /** Bytes of the packets that a u32 filter matched, which a kernel does not count. */
  public long matchedBytes(FilterEntry entry) {
    return trafficControl.matchedBytes(entry);
  }

  /** The host. */
  public Host host() {
    return host;
  }

  @Override
  public List<Device> devices() {
    synchronized (machine) {
      return host.devices().stream().map(NetDevice::device).toList();
    }
  }

  @Override
  public Device device(String name) {
    synchronized (machine) {
      NetDevice device = host.find(name);
      if (device == null) {
        throw new NotFound("device", name);
      }
      return device.device();
    }
  }

  @Override
  public TrafficControl trafficControl() {
    return trafficControl;
  }

  @Override
  public Intermediates intermediates() {
    return host.intermediates();
  }

  @Override
  public Chain chain(AttachPoint at, AttachMode mode) {
    return chains.at(at, mode);
  }

  @Override
  public Programs programs() {
    return programs;
  }

  @Override
  public Maps maps() {
    return maps;
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Capabilities capabilities() {
    return SUPPORTED;
  }

  /** Nothing is held: what was handed out is the caller's, and the host lives on. */
  @Override
  public void close() {}
}
