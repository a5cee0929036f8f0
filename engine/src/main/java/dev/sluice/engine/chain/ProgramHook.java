package dev.sluice.engine.chain;

import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.engine.program.EngineProgram;

/** A hook as its links see it. Guarded by the machine's monitor. */
interface ProgramHook {
  /** The chain as it is now, in a device's or group's own terms. */
  ChainState state();

  /** Where its links are attached. */
  LinkInfo.Place place();

  /**
   * Puts another program under a link.
   *
   * @return 0 or a negative error number
   */
  int update(EngineLink link, EngineProgram replacement);

  /** Takes a link's entry out. */
  void remove(EngineLink link);
}
