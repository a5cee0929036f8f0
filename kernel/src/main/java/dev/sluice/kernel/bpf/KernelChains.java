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
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The chains of programs at the devices of a namespace. */
public final class KernelChains {
  private final NetworkNamespace namespace;
  private final ClassicChains classic;
  private final Supplier<Support> tcx;

  /**
   * The chains of a namespace.
   *
   * @param trafficControl of the namespace, for the classic hook
   * @param exists whether a device of the namespace is still there, for the classic hook
   * @param tcx whether the kernel has TCX: {@link TcxProbe}, or a test's own answer
   */
  public KernelChains(
      NetworkNamespace namespace,
      Supplier<TrafficControl> trafficControl,
      Predicate<Device> exists,
      Supplier<Support> tcx) {
    this.namespace = namespace;
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
            case TCX -> new TcxChain(namespace, point);
            case TC -> classic.at(point);
            case AUTO ->
                new AutoChain(
                    point,
                    () ->
                        tcx.get() instanceof Support.Missing
                            ? classic.at(point)
                            : new TcxChain(namespace, point));
          };
      case AttachPoint.Clsact point ->
          switch (mode) {
            case TC, AUTO -> classic.at(point);
            case TCX ->
                throw new Unsupported(
                    "attach mode TCX at " + at, "this is the classic hook; name a TCX chain");
          };
      case AttachPoint.Xdp _, AttachPoint.Cgroup _, AttachPoint.Netkit _ ->
          throw new Unsupported("a program at " + at, "not there yet");
    };
  }
}
