package dev.sluice.engine.chain;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.classic.ClassicChains;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.TrafficControl;
import dev.sluice.engine.Machine;
import dev.sluice.engine.program.EngineProgram;
import java.util.function.Function;
import java.util.function.Supplier;

/** The chains of programs at the devices of a host. */
public final class EngineChains {
  private final ChainScene scene;
  private final HookDevices devices;
  private final HookGroups groups;
  private final ClassicChains classic;

  /**
   * The chains of a host.
   *
   * @param machine its machine
   * @param devices its devices
   * @param groups its machine's control groups
   * @param trafficControl its traffic control, for the classic hook
   * @param unwrap the program behind a handle; throws {@link IllegalArgumentException} for a handle
   *     of another datapath
   */
  public EngineChains(
      Machine machine,
      HookDevices devices,
      HookGroups groups,
      Supplier<TrafficControl> trafficControl,
      Function<Program, EngineProgram> unwrap) {
    this.devices = devices;
    this.groups = groups;
    scene = new ChainScene(machine, unwrap);
    classic =
        new ClassicChains(
            trafficControl,
            device -> {
              synchronized (machine) {
                return devices.find(device.index()) != null;
              }
            },
            program -> {
              EngineProgram _ = unwrap.apply(program);
            },
            scene.rules());
  }

  /**
   * The chain at an attach point: at TCX, unless the classic hook is asked for.
   *
   * @throws Unsupported if the mode is TCX at the classic hook
   */
  public Chain at(AttachPoint at, AttachMode mode) {
    return switch (at) {
      case AttachPoint.Tcx point ->
          switch (mode) {
            case TCX, AUTO ->
                new EngineChain(
                    scene,
                    operation -> devices.require(point.device(), operation).tcx(point.direction()),
                    point);
            case TC -> classic.at(point);
          };
      case AttachPoint.Clsact point ->
          switch (mode) {
            case TC, AUTO -> classic.at(point);
            case TCX ->
                throw new Unsupported(
                    "attach mode TCX at " + at, "this is the classic hook; name a TCX chain");
          };
      case AttachPoint.Xdp point -> new EngineXdpChain(scene, devices, point);
      case AttachPoint.Netkit point ->
          new EngineChain(scene, operation -> netkit(point, operation), point);
      case AttachPoint.Cgroup point -> new EngineChain(scene, _ -> groups.require(point), point);
    };
  }

  /** As {@code netkit_dev_fetch} finds it. */
  private NetkitHook netkit(AttachPoint.Netkit at, String operation) {
    HookDevice device = devices.require(at.device(), operation);
    NetkitHook hook = device.netkit(at.side());
    if (hook == null) {
      throw device.isNetkit()
          ? new KernelRejected(
              operation,
              Errno.EACCES.number(),
              null,
              at.device() + " is the peer device of its pair: name the primary")
          : new KernelRejected(
              operation, Errno.ENXIO.number(), null, at.device() + " is no netkit device");
    }
    return hook;
  }
}
