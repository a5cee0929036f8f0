package dev.sluice.kernel.bpf;

import dev.sluice.bpf.AttachType;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.kernel.NetworkNamespace;
import java.util.function.IntFunction;

/** An attach point as {@code bpf(2)} names it: by a number and an attach type. */
sealed interface HookTarget {
  /** The attach point. */
  AttachPoint at();

  /**
   * Makes a call with the number, which is good for just this call.
   *
   * @throws dev.sluice.datapath.SluiceException if there is no such place
   */
  <T> T with(IntFunction<T> call);

  /** The attach type. */
  default AttachType attachType() {
    return KernelHook.attachType(at().hook(), at().direction());
  }

  /** Flags that {@code BPF_PROG_ATTACH} needs here to let programs of others be. */
  default int sharing() {
    return 0;
  }

  /** Whether it is a control group. */
  default boolean isGroup() {
    return at().hook() == Hook.CGROUP;
  }

  /** Whether a link is attached here. */
  boolean holds(LinkInfo link);

  /** The place where a link of TCX or netkit is attached, for its chain to be read. */
  static HookTarget of(NetworkNamespace namespace, LinkInfo.AtDevice place) {
    Device device = new Device(place.deviceIndex(), "if" + place.deviceIndex());
    return new AtDevice(
        namespace,
        place.hook() == Hook.NETKIT
            ? new AttachPoint.Netkit(device, side(place.direction()))
            : new AttachPoint.Tcx(device, place.direction()));
  }

  private static AttachPoint.Netkit.Side side(Direction direction) {
    return direction == Direction.EGRESS
        ? AttachPoint.Netkit.Side.PRIMARY
        : AttachPoint.Netkit.Side.PEER;
  }

  /**
   * A device, which the kernel looks up in the calling thread's network namespace.
   *
   * @param namespace its namespace
   * @param at where
   */
  record AtDevice(NetworkNamespace namespace, AttachPoint.AtDevice at) implements HookTarget {
    @Override
    public <T> T with(IntFunction<T> call) {
      return namespace.call(() -> call.apply(at.device().index()));
    }

    /** Whether the numbers are the same: devices of other namespaces may have this index, too. */
    @Override
    public boolean holds(LinkInfo link) {
      return link.place()
          .equals(new LinkInfo.AtDevice(at.hook(), at.device().index(), at.direction()));
    }
  }

  /**
   * A control group, which the kernel wants to see opened.
   *
   * @param at where
   */
  record AtGroup(AttachPoint.Cgroup at) implements HookTarget {
    @Override
    public <T> T with(IntFunction<T> call) {
      return ControlGroup.with(at.path(), call);
    }

    @Override
    public int sharing() {
      return BpfAttr.AttachFlag.ALLOW_MULTI;
    }

    @Override
    public boolean holds(LinkInfo link) {
      return link.hook() == Hook.CGROUP
          && link.place().equals(new LinkInfo.AtCgroup(ControlGroup.id(at.path()), at.direction()));
    }
  }
}
