package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens the kernel's datapath in a network namespace, and keeps the namespace until it is closed.
 */
final class KernelOpener implements Function<@Nullable String, Datapath>, AutoCloseable {
  private @Nullable NetworkNamespace namespace;

  @Override
  public Datapath apply(@Nullable String name) {
    NetworkNamespace opened =
        name == null ? NetworkNamespace.current() : NetworkNamespace.open(name);
    namespace = opened;
    return KernelDatapath.open(opened);
  }

  @Override
  public void close() {
    if (namespace != null) {
      namespace.close();
    }
  }
}
