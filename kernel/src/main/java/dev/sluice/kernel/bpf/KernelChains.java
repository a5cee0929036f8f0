package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.classic.ClassicChains;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.device.XdpPrograms;
import dev.sluice.kernel.netlink.Rtnetlink;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The chains of programs at the devices of a namespace. */
public final class KernelChains {
  private final NetworkNamespace namespace;
  private final Rtnetlink rtnetlink;
  private final ClassicChains classic;
  private final Supplier<Support> tcx;

  /**
   * The chains of a namespace.
   *
   * @param rtnetlink of the namespace, for XDP
   * @param trafficControl of the namespace, for the classic hook
   * @param exists whether a device of the namespace is still there, for the classic hook
   * @param tcx whether the kernel has TCX: {@link TcxProbe}, or a test's own answer
   */
  public KernelChains(
      NetworkNamespace namespace,
      Rtnetlink rtnetlink,
      Supplier<TrafficControl> trafficControl,
      Predicate<Device> exists,
      Supplier<Support> tcx) {
    this.namespace = namespace;
    this.rtnetlink = rtnetlink;
    classic = new ClassicChains(trafficControl, exists, KernelProgram::of, ChainRefusal.RULES);
    this.tcx = tcx;
  }

  /**
   * The chain at an attach point. Nothing is looked up until it is used.
   *
   * @throws Unsupported if the mode is TCX at the classic hook
   */
  public Chain at(AttachPoint at, AttachMode mode) {
    return switch (at) {
      case AttachPoint.Tcx point ->
          switch (mode) {
            case TCX -> ofDevice(point);
            case TC -> classic.at(point);
            case AUTO ->
                new AutoChain(
                    point,
                    () ->
                        tcx.get() instanceof Support.Missing ? classic.at(point) : ofDevice(point));
          };
      case AttachPoint.Clsact point ->
          switch (mode) {
            case TC, AUTO -> classic.at(point);
            case TCX ->
                throw new Unsupported(
                    "attach mode TCX at " + at, "this is the classic hook; name a TCX chain");
          };
      case AttachPoint.Xdp point -> new XdpChain(namespace, new XdpPrograms(rtnetlink), point);
      case AttachPoint.Netkit point -> ofDevice(point);
      case AttachPoint.Cgroup point -> new MprogChain(namespace, new HookTarget.AtGroup(point));
    };
  }

  private Chain ofDevice(AttachPoint.AtDevice point) {
    return new MprogChain(namespace, new HookTarget.AtDevice(namespace, point));
  }
}
