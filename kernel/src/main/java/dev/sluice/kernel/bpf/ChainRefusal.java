package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainRules;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Turns refused requests at a chain into exceptions. */
final class ChainRefusal {
  /**
   * Names the rule behind an error number. The kernel returns the number alone, so the chain is
   * read after the refusal.
   */
  static final ChainRules RULES =
      new ChainRules(KernelProgram::title, id -> HolderScan.of(BpfObject.LINK, id));

  private ChainRefusal() {}

  /** The exception for a refused request at a chain. */
  static SluiceException of(
      String operation, long result, @Nullable String rule, HookTarget target) {
    if (BpfRefusal.is(result, Errno.EINVAL) && rule == null && isMissing(target)) {
      return missing(target);
    }
    return switch (target.at()) {
      case AttachPoint.Cgroup group ->
          BpfRefusal.is(result, Errno.EPERM) && Privilege.missing(Privilege.CAP_NET_ADMIN).isEmpty()
              ? BpfRefusal.of(operation, result, exclusive(group))
              : BpfRefusal.of(operation, result, rule, Privilege.CAP_NET_ADMIN);
      case AttachPoint.AtDevice device ->
          BpfRefusal.of(operation, result, ofDevice(device, result, rule), Privilege.CAP_NET_ADMIN);
    };
  }

  private static @Nullable String ofDevice(
      AttachPoint.AtDevice at, long result, @Nullable String rule) {
    if (BpfRefusal.is(result, Errno.ENODEV)) {
      return "device %s (index %d) is gone".formatted(at.device(), at.device().index());
    }
    if (BpfRefusal.is(result, Errno.ENXIO)) {
      return at.device() + " is no netkit device";
    }
    if (BpfRefusal.is(result, Errno.EACCES) && at instanceof AttachPoint.Netkit) {
      return at.device() + " is a peer; programs of both sides are attached at the primary device";
    }
    return rule;
  }

  /** Whether the kernel answers a query as one without the hook does. */
  static boolean isMissing(HookTarget target) {
    return BpfRefusal.is(MprogChain.tryQuery(target).result(), Errno.EINVAL);
  }

  private static Unsupported missing(HookTarget target) {
    String since =
        switch (target.at().hook()) {
          case NETKIT -> "6.7, where it is configured (CONFIG_NETKIT)";
          case CGROUP -> "4.10, where it is configured (CONFIG_CGROUP_BPF)";
          case TCX, TC, XDP -> "6.6";
        };
    return new Unsupported(
        target.at().hook().title(),
        "the kernel answers EINVAL to a query of %s; Linux has it since %s"
            .formatted(target.at(), since));
  }

  /** Which programs at a group, or above it, allow no others ({@code hierarchy_allows_attach}). */
  private static String exclusive(AttachPoint.Cgroup at) {
    for (Path path = at.path(); path != null; path = ControlGroup.parent(path)) {
      BpfSyscall.QueryResult found =
          MprogChain.tryQuery(new HookTarget.AtGroup(new AttachPoint.Cgroup(path, at.direction())));
      if (!found.programs().isEmpty() && (found.flags() & BpfAttr.AttachFlag.ALLOW_MULTI) == 0) {
        return "%s was attached to %s so that it allows no other program there%s"
            .formatted(
                RULES.title(found.programs().getFirst()),
                path,
                path.equals(at.path()) ? "" : " or below");
      }
    }
    return "a program at this group or above allows no others";
  }
}
