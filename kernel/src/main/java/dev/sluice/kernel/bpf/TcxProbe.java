package dev.sluice.kernel.bpf;

import dev.sluice.bpf.AttachType;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Errno;
import dev.sluice.kernel.NetworkNamespace;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the kernel has TCX, by asking for a chain. A kernel without it answers {@code
 * EINVAL}, whatever its version: distributions carry TCX back to kernels before 6.6.
 */
public final class TcxProbe implements Supplier<Support> {
  /** The loopback device is the first of every namespace. */
  private static final int LOOPBACK = 1;

  private final NetworkNamespace namespace;
  private volatile @Nullable Support finding;

  /** A probe that asks in a namespace, once. */
  public TcxProbe(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  @Override
  public Support get() {
    Support known = finding;
    if (known == null) {
      known = probe();
      finding = known;
    }
    return known;
  }

  private Support probe() {
    long result =
        namespace.call(
            () -> BpfSyscall.programQuery(LOOPBACK, AttachType.TCX_INGRESS.number()).result());
    // A namespace whose loopback is gone, or a chain that is not there, is answered by TCX itself.
    if (result >= 0 || BpfRefusal.is(result, Errno.ENOENT) || BpfRefusal.is(result, Errno.ENODEV)) {
      return new Support.Supported();
    }
    if (BpfRefusal.is(result, Errno.EPERM)) {
      return new Support.Unknown("a query of a chain needs CAP_NET_ADMIN");
    }
    return new Support.Missing(
        "a query of a chain is answered with " + Errno.nameOf((int) -result));
  }
}
