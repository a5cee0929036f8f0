package dev.sluice.kernel.bpf;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.kernel.NetworkNamespace;
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
      String operation,
      long result,
      @Nullable String rule,
      NetworkNamespace namespace,
      AttachPoint.Tcx at) {
    if (BpfRefusal.is(result, Errno.ENODEV)) {
      rule = "device %s (index %d) is gone".formatted(at.device(), at.device().index());
    }
    if (BpfRefusal.is(result, Errno.EINVAL) && rule == null && TcxChain.isMissing(namespace, at)) {
      return new Unsupported(
          "TCX", "the kernel answers EINVAL to a query of " + at + "; Linux has it since 6.6");
    }
    return BpfRefusal.of(operation, result, rule, Privilege.CAP_NET_ADMIN);
  }
}
