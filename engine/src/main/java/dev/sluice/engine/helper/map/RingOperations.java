package dev.sluice.engine.helper.map;

import dev.sluice.datapath.Errno;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.map.RingBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;

/**
 * Records in ring buffers ({@code kernel/bpf/ringbuf.c}). Nobody sleeps, so wake-up flags count for
 * nothing.
 */
final class RingOperations {
  private static final long EINVAL = -Errno.EINVAL.number();
  private static final long EAGAIN = -Errno.EAGAIN.number();

  /** {@code BPF_RB_NO_WAKEUP} and {@code BPF_RB_FORCE_WAKEUP}. */
  private static final long WAKE_UP_FLAGS = 3;

  private RingOperations() {}

  static long output(Execution execution, long map, long data, long size, long flags, long r5) {
    RingBuffer ring = ring(execution, map);
    if ((flags & ~WAKE_UP_FLAGS) != 0) {
      return EINVAL;
    }
    int from = execution.locate(data, length(size));
    byte[] source = execution.located;
    int at = ring.reserve(size);
    if (at < 0) {
      return EAGAIN;
    }
    System.arraycopy(source, from, ring.values(), at, (int) size);
    ring.finish(at, false);
    return 0;
  }

  private static int length(long size) {
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new Fault(size + " is no size of a record");
    }
    return (int) size;
  }

  static long reserve(Execution execution, long map, long size, long flags, long r4, long r5) {
    RingBuffer ring = ring(execution, map);
    if (flags != 0) {
      return 0;
    }
    int at = ring.reserve(size);
    return at < 0 ? 0 : Address.of(Address.MAP_VALUE | ring.slot(), at);
  }

  static long finish(Execution execution, long record, boolean discard) {
    int region = Address.region(record);
    EngineMap map =
        (region & Address.KIND_MASK) == Address.MAP_VALUE
            ? execution.surroundings().mapSlots().find(region & ~Address.KIND_MASK)
            : null;
    int at = Address.offset(record);
    if (!(map instanceof RingBuffer ring) || !ring.isReserved(at)) {
      throw new Fault("this is no record that was reserved and not given back");
    }
    ring.finish(at, discard);
    return 0;
  }

  static long query(Execution execution, long map, long what, long r3, long r4, long r5) {
    RingBuffer ring = ring(execution, map);
    return switch ((int) what) {
      case 0 -> ring.available();
      case 1 -> ring.size();
      case 2 -> ring.consumed();
      case 3 -> ring.produced();
      default -> 0;
    };
  }

  private static RingBuffer ring(Execution execution, long map) {
    EngineMap found = execution.map(map);
    if (found instanceof RingBuffer ring) {
      return ring;
    }
    throw new Fault(found + " is no ring buffer");
  }
}
