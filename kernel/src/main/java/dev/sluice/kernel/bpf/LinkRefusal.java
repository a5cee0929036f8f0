package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.NetworkNamespace;
import org.jspecify.annotations.Nullable;

/** Says why a link refused ({@code link_update} in {@code kernel/bpf/syscall.c}, {@code tcx.c}). */
final class LinkRefusal {
  private LinkRefusal() {}

  /** Why a link did not take another program. */
  static SluiceException ofUpdate(
      LinkInfo link,
      NetworkNamespace namespace,
      Program replacement,
      @Nullable Program expected,
      long result) {
    ProgramInfo program = replacement.info();
    String operation = "update link %d to %s".formatted(link.id(), ChainRules.title(program));
    String rule =
        ChainRefusal.RULES.ofUpdate(
            () -> chainOf(link, namespace), link, program, expected, Errno.of((int) -result));
    return BpfRefusal.of(operation, result, rule, Privilege.CAP_NET_ADMIN);
  }

  private static @Nullable ChainState chainOf(LinkInfo link, NetworkNamespace namespace) {
    if (!(link.place() instanceof LinkInfo.AtDevice place) || place.hook() == Hook.XDP) {
      return null;
    }
    try {
      return MprogChain.query(HookTarget.of(namespace, place));
    } catch (SluiceException _) {
      return null; // its device is in another namespace
    }
  }

  /** Why a link could not be detached. */
  static SluiceException ofDetach(LinkInfo link, long result) {
    String rule =
        BpfRefusal.is(result, Errno.EOPNOTSUPP)
            ? "links of type " + link.type() + " are detached by closing them only"
            : null;
    return BpfRefusal.of("detach link " + link.id(), result, rule, Privilege.CAP_NET_ADMIN);
  }
}
