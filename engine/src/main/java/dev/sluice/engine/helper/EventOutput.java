package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapType;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import dev.sluice.engine.vm.Surroundings.EventSink;
import java.util.Arrays;
import java.util.Map;

/**
 * The helper that puts data of a program and the start of its packet out to who listens on a perf
 * event array ({@code bpf_skb_event_output} and {@code bpf_xdp_event_output} in {@code
 * net/core/filter.c}, {@code __bpf_perf_event_output} in {@code kernel/trace/bpf_trace.c}).
 */
final class EventOutput {
  private static final long INDEX_MASK = 0xffff_ffffL;
  private static final long PACKET_MASK = 0xf_ffffL << 32;
  private static final long CURRENT_PROCESSOR = 0xffff_ffffL;

  private EventOutput() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.PERF_EVENT_OUTPUT, EventOutput::output);
  }

  /**
   * {@code bpf_perf_event_output}: bits 32 to 51 of the flags say how many bytes of the packet to
   * put behind the data, the lower 32 which entry of the array. Without a listener there is no
   * entry.
   */
  static long output(Execution x, long context, long map, long flags, long data, long size) {
    int count = (int) size;
    int at = x.locate(data, count);
    byte[] memory = x.located;
    EngineMap array = arrayAt(x, map);
    if ((flags & ~(PACKET_MASK | INDEX_MASK)) != 0) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int packetBytes = (int) ((flags & PACKET_MASK) >>> 32);
    if (packetBytes > packet.held()) {
      return Failure.EFAULT;
    }
    long index = flags & INDEX_MASK;
    if (index == CURRENT_PROCESSOR) {
      index = 0;
    }
    if (index >= array.shape().maxEntries()) {
      return Failure.E2BIG;
    }
    EventSink sink = x.surroundings().events();
    if (sink == null || index >= Machine.PROCESSORS) {
      return Failure.ENOENT;
    }
    if (packetBytes == 0) {
      sink.event(array.id(), memory, at, count);
    } else {
      byte[] both = Arrays.copyOfRange(memory, at, at + count + packetBytes);
      System.arraycopy(packet.bytes, packet.head, both, count, packetBytes);
      sink.event(array.id(), both, 0, both.length);
    }
    return 0;
  }

  private static EngineMap arrayAt(Execution x, long address) {
    EngineMap map = x.map(address);
    if (map.type() != MapType.PERF_EVENT_ARRAY) {
      throw new Fault(map + " is no perf event array");
    }
    return map;
  }
}
