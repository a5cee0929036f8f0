package dev.sluice.engine.helper.map;

import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import dev.sluice.engine.vm.GuestMemory;

/**
 * {@code struct bpf_spin_lock}, 4 bytes in a map's value. One thing happens at a time here, so it
 * is only seen to that each lock is taken once and given back.
 */
final class SpinLock {
  private static final int BYTES = 4;

  private SpinLock() {}

  static long lock(Execution execution, long address, long r2, long r3, long r4, long r5) {
    return set(execution, address, 0, 1, "a lock that is held would be waited for without end");
  }

  static long unlock(Execution execution, long address, long r2, long r3, long r4, long r5) {
    return set(execution, address, 1, 0, "a lock that is not held cannot be given back");
  }

  private static long set(Execution execution, long address, int from, int to, String problem) {
    int at = execution.locate(address, BYTES);
    if (GuestMemory.getInt(execution.located, at) != from) {
      throw new Fault(problem);
    }
    GuestMemory.putInt(execution.located, at, to);
    return 0;
  }
}
