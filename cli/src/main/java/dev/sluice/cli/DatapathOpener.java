package dev.sluice.cli;

import dev.sluice.datapath.Datapath;
import dev.sluice.kernel.NetworkNamespace;

/** Opens the datapath that a command works on. */
@FunctionalInterface
interface DatapathOpener {
  /** Opens the datapath of a namespace, which stays the caller's. */
  Datapath open(NetworkNamespace namespace);
}
