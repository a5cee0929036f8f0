package dev.sluice.kernel.bpf;

import dev.sluice.bpf.AttachType;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import java.util.Optional;

/** The kernel's numbers of hooks ({@code enum bpf_attach_type}). */
final class KernelHook {
  private KernelHook() {}

  /** The attach type of a hook that has one for each direction. */
  static AttachType attachType(Hook hook, Direction direction) {
    boolean arriving = direction == Direction.INGRESS;
    return switch (hook) {
      case TCX -> arriving ? AttachType.TCX_INGRESS : AttachType.TCX_EGRESS;
      case CGROUP -> arriving ? AttachType.CGROUP_INET_INGRESS : AttachType.CGROUP_INET_EGRESS;
      // As the primary device sees it: what the peer sends arrives there.
      case NETKIT -> arriving ? AttachType.NETKIT_PEER : AttachType.NETKIT_PRIMARY;
      case XDP -> AttachType.XDP;
      case TC -> throw new IllegalArgumentException("filters have no attach type");
    };
  }

  /** The direction with a number; empty if it is none of the hook's. */
  static Optional<Direction> find(Hook hook, int attachType) {
    for (Direction direction : Direction.values()) {
      if (attachType(hook, direction).number() == attachType) {
        return Optional.of(direction);
      }
    }
    return Optional.empty();
  }
}
