package dev.sluice.engine.helper.map;

import dev.sluice.datapath.Errno;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;

/** Helpers that call a function of the program for each of many things. */
final class Callbacks {
  /** {@code BPF_MAX_LOOPS}. */
  private static final int MOST_LOOPS = 8 * 1024 * 1024;

  private static final long EINVAL = -Errno.EINVAL.number();
  private static final long E2BIG = -Errno.E2BIG.number();

  private Callbacks() {}

  /** {@code bpf_loop} in {@code kernel/bpf/bpf_iter.c}: how many turns were made. */
  static long loop(
      Execution execution, long turns, long callback, long context, long flags, long r5) {
    if (flags != 0) {
      return EINVAL;
    }
    int count = (int) turns;
    if (Integer.compareUnsigned(count, MOST_LOOPS) > 0) {
      return E2BIG;
    }
    int slot = functionSlot(callback);
    Execution.Functions functions = functions(execution);
    for (int turn = 0; turn < count; turn++) {
      if (functions.call(execution, slot, turn, context, 0, 0) != 0) {
        return turn + 1L;
      }
    }
    return count;
  }

  /** {@code bpf_for_each_map_elem}: how many entries the function was called for. */
  static long forEach(
      Execution execution, long map, long callback, long context, long flags, long r5) {
    if (flags != 0) {
      return EINVAL;
    }
    EngineMap found = execution.map(map);
    int slot = functionSlot(callback);
    Execution.Functions functions = functions(execution);
    byte[] key = found.lendKey();
    long keyAddress = execution.lend(key);
    int values = Address.MAP_VALUE | found.slot();
    try {
      return found.forEach(
          key,
          value ->
              functions.call(execution, slot, map, keyAddress, Address.of(values, value), context)
                  == 0);
    } finally {
      execution.takeBack(keyAddress);
      found.takeBackKey(key);
    }
  }

  private static Execution.Functions functions(Execution execution) {
    Execution.Functions functions = execution.functions;
    if (functions == null) {
      throw new Fault("no program runs that could be called back");
    }
    return functions;
  }

  private static int functionSlot(long address) {
    int region = Address.region(address);
    if ((region & Address.KIND_MASK) != Address.FUNCTION) {
      throw new Fault("%#x is no address of a function".formatted(address));
    }
    return region & ~Address.KIND_MASK;
  }
}
