package dev.sluice.engine.chain;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachPoint;

/** The control groups of a machine that are there now. Asked with the machine's monitor held. */
@FunctionalInterface
public interface HookGroups {
  /**
   * The hook of a group.
   *
   * @throws NotFound if there is no such group
   */
  GroupHook require(AttachPoint.Cgroup at);
}
