package dev.sluice.kernel;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.kernel.bpf.KernelLinks;
import dev.sluice.kernel.bpf.KernelMaps;
import dev.sluice.kernel.bpf.KernelPrograms;
import dev.sluice.kernel.device.DeviceState;
import dev.sluice.kernel.device.Devices;
import dev.sluice.kernel.netlink.Rtnetlink;
import dev.sluice.kernel.tc.KernelTrafficControl;
import java.util.ArrayList;
import java.util.List;

/**
 * The datapath of a Linux kernel, in one of its network namespaces.
 *
 * <p>Nothing is opened before it is needed: traffic control opens no BPF object, and the other way.
 */
public final class KernelDatapath implements AutoCloseable {
  private final NetworkNamespace namespace;
  private final Rtnetlink rtnetlink;
  private final Devices devices;
  private final KernelMaps maps = new KernelMaps();
  private final KernelPrograms programs;
  private final KernelLinks links;
  private final KernelTrafficControl trafficControl;

  private KernelDatapath(NetworkNamespace namespace) {
    this.namespace = namespace;
    rtnetlink = new Rtnetlink(namespace);
    devices = new Devices(rtnetlink);
    programs = new KernelPrograms(namespace, maps);
    links = new KernelLinks(namespace);
    trafficControl = new KernelTrafficControl(rtnetlink, devices);
  }

  /**
   * Opens the datapath of a network namespace.
   *
   * @param namespace the namespace, which stays the caller's to close
   */
  public static KernelDatapath open(NetworkNamespace namespace) {
    return new KernelDatapath(namespace);
  }

  /** {@code kernel}. */
  public String name() {
    return "kernel";
  }

  /** The network namespace. */
  public NetworkNamespace namespace() {
    return namespace;
  }

  /** The devices, in the order of their index. */
  public List<Device> devices() {
    List<Device> all = new ArrayList<>();
    for (DeviceState state : devices.list()) {
      all.add(state.device());
    }
    return all;
  }

  /** The device with a name. */
  public Device device(String name) {
    return devices.get(name).device();
  }

  /** Qdiscs, classes and filters. */
  public TrafficControl trafficControl() {
    return trafficControl;
  }

  /** More about the devices than other datapaths tell, and ways to make them. */
  public Devices kernelDevices() {
    return devices;
  }

  /** Loaded programs. */
  public KernelPrograms programs() {
    return programs;
  }

  /** Maps. */
  public KernelMaps maps() {
    return maps;
  }

  /** Links of every kind, in every namespace. */
  public KernelLinks links() {
    return links;
  }

  /** Frees what the datapath holds for itself. May be called more than once. */
  @Override
  public void close() {
    rtnetlink.close();
  }
}
