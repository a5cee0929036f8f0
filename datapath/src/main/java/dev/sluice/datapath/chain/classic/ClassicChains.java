package dev.sluice.datapath.chain.classic;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainRules;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.tc.TrafficControl;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The chains at the classic hooks of a datapath. It remembers which filters its links own and which
 * clsact qdiscs it made, so a datapath has one for as long as it is open.
 */
public final class ClassicChains {
  private final ClsactQdiscs qdiscs;
  private final OwnFilters own = new OwnFilters();
  private final Predicate<Device> exists;
  private final Consumer<Program> guard;
  private final ChainRules rules;

  /**
   * The chains of a datapath.
   *
   * @param trafficControl how filters are listed and changed
   * @param exists whether a device is still there
   * @param guard throws {@link IllegalArgumentException} for a program of another datapath
   * @param rules the words of refusals
   */
  public ClassicChains(
      Supplier<TrafficControl> trafficControl,
      Predicate<Device> exists,
      Consumer<Program> guard,
      ChainRules rules) {
    qdiscs = new ClsactQdiscs(trafficControl);
    this.exists = exists;
    this.guard = guard;
    this.rules = rules;
  }

  /** The chain of a device's classic hook. Nothing is looked up until it is used. */
  public Chain at(AttachPoint.AtDevice at) {
    return new ClsactChain(new ClsactHook(at, qdiscs, exists, guard, rules), own);
  }
}
