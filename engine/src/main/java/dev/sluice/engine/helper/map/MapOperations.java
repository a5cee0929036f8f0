package dev.sluice.engine.helper.map;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.datapath.Errno;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.MapOfMaps;
import dev.sluice.engine.map.QueueMap;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import java.util.EnumMap;
import java.util.Map;

/**
 * Looking up, changing and walking over entries ({@code kernel/bpf/helpers.c}), and the helpers of
 * this package joined.
 */
public final class MapOperations {
  private static final int EINVAL = -Errno.EINVAL.number();

  private MapOperations() {}

  /** All helpers of this package. */
  public static Map<HelperFunction, Helper> all() {
    Map<HelperFunction, Helper> helpers = new EnumMap<>(HelperFunction.class);
    helpers.put(HelperFunction.MAP_LOOKUP_ELEM, MapOperations::lookup);
    helpers.put(HelperFunction.MAP_UPDATE_ELEM, MapOperations::update);
    helpers.put(HelperFunction.MAP_DELETE_ELEM, MapOperations::delete);
    helpers.put(HelperFunction.MAP_PUSH_ELEM, MapOperations::push);
    helpers.put(HelperFunction.MAP_POP_ELEM, (x, map, value, _, _, _) -> peek(x, map, value, true));
    helpers.put(
        HelperFunction.MAP_PEEK_ELEM, (x, map, value, _, _, _) -> peek(x, map, value, false));
    helpers.put(HelperFunction.MAP_LOOKUP_PERCPU_ELEM, MapOperations::lookupPerCpu);
    helpers.put(HelperFunction.FOR_EACH_MAP_ELEM, Callbacks::forEach);
    helpers.put(HelperFunction.LOOP, Callbacks::loop);
    helpers.put(HelperFunction.SPIN_LOCK, SpinLock::lock);
    helpers.put(HelperFunction.SPIN_UNLOCK, SpinLock::unlock);
    helpers.put(HelperFunction.RINGBUF_OUTPUT, RingOperations::output);
    helpers.put(HelperFunction.RINGBUF_RESERVE, RingOperations::reserve);
    helpers.put(
        HelperFunction.RINGBUF_SUBMIT,
        (x, record, flags, _, _, _) -> RingOperations.finish(x, record, false));
    helpers.put(
        HelperFunction.RINGBUF_DISCARD,
        (x, record, flags, _, _, _) -> RingOperations.finish(x, record, true));
    helpers.put(HelperFunction.RINGBUF_QUERY, RingOperations::query);
    return helpers;
  }

  private static long lookup(Execution execution, long map, long key, long r3, long r4, long r5) {
    EngineMap found = execution.map(map);
    int at = execution.locate(key, found.keySize());
    if (found instanceof MapOfMaps maps) {
      EngineMap inner = maps.mapOf(execution.located, at);
      return inner == null ? 0 : Address.of(Address.MAP | inner.slot(), 0);
    }
    int value = found.find(execution.located, at);
    return value < 0 ? 0 : Address.of(Address.MAP_VALUE | found.slot(), value);
  }

  private static long lookupPerCpu(
      Execution execution, long map, long key, long processor, long r4, long r5) {
    // The machine has one processor, number 0.
    return (int) processor == 0 ? lookup(execution, map, key, 0, 0, 0) : 0;
  }

  private static long update(
      Execution execution, long map, long key, long value, long flags, long r5) {
    EngineMap found = execution.map(map);
    int keyAt = execution.locate(key, found.keySize());
    byte[] keys = execution.located;
    int valueAt = execution.locate(value, found.valueSize());
    return found.update(keys, keyAt, execution.located, valueAt, flags);
  }

  private static long delete(Execution execution, long map, long key, long r3, long r4, long r5) {
    EngineMap found = execution.map(map);
    int at = execution.locate(key, found.keySize());
    return found.delete(execution.located, at);
  }

  private static long push(
      Execution execution, long map, long value, long flags, long r4, long r5) {
    QueueMap queue = queue(execution, map);
    int at = execution.locate(value, queue.valueSize());
    return flags < 0 ? EINVAL : queue.push(execution.located, at, flags);
  }

  private static long peek(Execution execution, long map, long value, boolean remove) {
    QueueMap queue = queue(execution, map);
    int at = execution.locate(value, queue.valueSize());
    return queue.peek(execution.located, at, remove);
  }

  private static QueueMap queue(Execution execution, long map) {
    EngineMap found = execution.map(map);
    if (found instanceof QueueMap queue) {
      return queue;
    }
    throw new Fault(found + " is no queue or stack");
  }
}
