package dev.sluice.engine.map;

import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;

/**
 * Where programs put out events ({@code bpf_perf_event_output}). The kernel's holds a descriptor of
 * a perf event for each processor; here the events of all go to whoever listens on the machine, so
 * it has no entries.
 */
public final class PerfEventArray extends KeylessMap {
  /** An array that nobody listens to yet. */
  public PerfEventArray(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], 8);
  }
}
