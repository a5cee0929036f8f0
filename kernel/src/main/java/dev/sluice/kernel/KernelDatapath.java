package dev.sluice.kernel;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Intermediates;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.kernel.bpf.KernelChains;
import dev.sluice.kernel.bpf.KernelLinks;
import dev.sluice.kernel.bpf.KernelMaps;
import dev.sluice.kernel.bpf.KernelPrograms;
import dev.sluice.kernel.bpf.TcxProbe;
import dev.sluice.kernel.device.DeviceState;
import dev.sluice.kernel.device.Devices;
import dev.sluice.kernel.device.KernelIntermediates;
import dev.sluice.kernel.netlink.Rtnetlink;
import dev.sluice.kernel.tc.KernelTrafficControl;
import java.util.ArrayList;
import java.util.List;

/**
 * The datapath of a Linux kernel, in one of its network namespaces.
 *
 * <p>Nothing is opened before it is needed: traffic control opens no BPF object, and the other way.
 */
public final class KernelDatapath implements Datapath {
  private final NetworkNamespace namespace;
  private final Rtnetlink rtnetlink;
  private final Devices devices;
  private final KernelIntermediates intermediates;
  private final KernelMaps maps = new KernelMaps();
  private final KernelPrograms programs;
  private final KernelLinks links;
  private final KernelTrafficControl trafficControl;
  private final KernelChains chains;

  private KernelDatapath(NetworkNamespace namespace) {
    this.namespace = namespace;
    rtnetlink = new Rtnetlink(namespace);
    devices = new Devices(rtnetlink);
    intermediates = new KernelIntermediates(rtnetlink, devices);
    programs = new KernelPrograms(namespace);
    links = new KernelLinks(namespace);
    trafficControl = new KernelTrafficControl(rtnetlink, devices);
    chains =
        new KernelChains(
            namespace,
            rtnetlink,
            () -> trafficControl,
            device -> devices.find(device.index()) != null,
            new TcxProbe(namespace));
  }

  /**
   * Opens the datapath of a network namespace.
   *
   * @param namespace the namespace, which stays the caller's to close
   */
  public static KernelDatapath open(NetworkNamespace namespace) {
    return new KernelDatapath(namespace);
  }

  @Override
  public String name() {
    return "kernel";
  }

  /** The network namespace. */
  public NetworkNamespace namespace() {
    return namespace;
  }

  @Override
  public List<Device> devices() {
    List<Device> all = new ArrayList<>();
    for (DeviceState state : devices.list()) {
      all.add(state.device());
    }
    return all;
  }

  @Override
  public Device device(String name) {
    return devices.get(name).device();
  }

  @Override
  public TrafficControl trafficControl() {
    return trafficControl;
  }

  @Override
  public Intermediates intermediates() {
    return intermediates;
  }

  /** More about the devices than other datapaths tell, and ways to make them. */
  public Devices kernelDevices() {
    return devices;
  }

  @Override
  public KernelPrograms programs() {
    return programs;
  }

  @Override
  public KernelMaps maps() {
    return maps;
  }

  @Override
  public KernelLinks links() {
    return links;
  }

  @Override
  public Chain chain(AttachPoint at, AttachMode mode) {
    return chains.at(at, mode);
  }

  /** What the kernel can do; found out once for the process, which takes about half a second. */
  @Override
  public Capabilities capabilities() {
    return Found.CAPABILITIES;
  }

  /** The findings of a probe, made when they are first asked for. */
  private static final class Found {
    static final Capabilities CAPABILITIES = KernelProbe.probe();
  }

  /** Frees what the datapath holds for itself. May be called more than once. */
  @Override
  public void close() {
    rtnetlink.close();
  }
}
