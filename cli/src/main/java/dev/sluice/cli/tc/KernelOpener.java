package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Unsupported;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the kernel's datapath in a network namespace. */
final class KernelOpener implements Function<@Nullable String, Datapath> {
  @Override
  public Datapath apply(@Nullable String namespace) {
    throw new Unsupported("traffic control on the kernel", "this build has no rtnetlink codec yet");
  }
}
