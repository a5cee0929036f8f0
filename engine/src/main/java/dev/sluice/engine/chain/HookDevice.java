package dev.sluice.engine.chain;

import dev.sluice.datapath.chain.Direction;

/** A device as chains see it. */
public interface HookDevice {
  /** Its TCX chain in a direction, the same object every time. */
  TcxHook tcx(Direction direction);
}
