package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.vm.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * Where programs put out events ({@code bpf_perf_event_output}; {@code perf_event_array_map_ops} in
 * {@code kernel/bpf/arraymap.c}). The kernel's holds a descriptor of a perf event for each
 * processor; here the events of all go to whoever listens on the machine, so no entry is ever set.
 */
public final class PerfEventArray extends KeylessMap {
  /** An array that nobody listens to yet. */
  public PerfEventArray(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], 8);
  }

  /** There are no descriptors of perf events that could be put in. */
  @Override
  public int write(byte[] key, byte[] value, long flags) {
    if (flags != Results.ANY) {
      return Results.EINVAL;
    }
    return isIndex(key, 0) ? Results.EBADF : Results.E2BIG;
  }

  @Override
  public int delete(byte[] keys, int at) {
    return isIndex(keys, at) ? Results.ENOENT : Results.E2BIG;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return ArrayMap.nextIndex(key, next, shape().maxEntries());
  }

  private boolean isIndex(byte[] key, int at) {
    return Integer.compareUnsigned(GuestMemory.getInt(key, at), shape().maxEntries()) < 0;
  }
}
