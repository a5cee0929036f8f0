package dev.sluice.engine.chain;

import org.jspecify.annotations.Nullable;

/** The devices of a host that are there now. Asked with the machine's monitor held. */
@FunctionalInterface
public interface HookDevices {
  /** The device with an index; null if there is none, or none any more. */
  @Nullable HookDevice find(int index);
}
