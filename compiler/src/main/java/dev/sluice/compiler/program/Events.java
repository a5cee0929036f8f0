package dev.sluice.compiler.program;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A buffer that a program puts events into, for someone outside to read. It is kept in a {@code
 * static final} field, whose name in lower case is the map's. On the JVM it keeps them.
 */
public final class Events {
  private static final int ENOSPC = -28;
  private static final int EFAULT = -14;

  private final MapType type;
  private final int bytes;
  private final List<byte[]> records = new ArrayList<>();

  private Events(MapType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /** A perf event array, which may take bytes of the packet along. */
  public static Events perf() {
    return new Events(MapType.PERF_EVENT_ARRAY, 0);
  }

  /**
   * A ring buffer, one for all processors.
   *
   * @param bytes a power of two, 4,096 or more
   */
  public static Events ring(int bytes) {
    return new Events(MapType.RINGBUF, bytes);
  }

  /**
   * Puts an event and the first bytes of the packet into a perf event array ({@code
   * bpf_skb_event_output}).
   *
   * @param event a record of numbers
   * @param packetBytes how many bytes of the packet; at most its length
   * @return 0, or −14 ({@code EFAULT}) if the packet is shorter
   */
  public int output(PacketBytes packet, Record event, int packetBytes) {
    byte[] whole = packet.toArray();
    if (packetBytes < 0 || packetBytes > whole.length) {
      return EFAULT;
    }
    byte[] first = write(event);
    byte[] record = Arrays.copyOf(first, first.length + packetBytes);
    System.arraycopy(whole, 0, record, first.length, packetBytes);
    records.add(record);
    return 0;
  }

  /**
   * Puts an event into a ring buffer ({@code bpf_ringbuf_output}).
   *
   * @param event a record of numbers
   * @return 0, or a negative number if there was no room
   */
  public int output(Record event) {
    byte[] record = write(event);
    if (records.stream().mapToInt(one -> one.length + 8).sum() + record.length + 8 > bytes) {
      return ENOSPC;
    }
    records.add(record);
    return 0;
  }

  private static byte[] write(Record event) {
    return write(event.getClass(), event);
  }

  private static <T> byte[] write(Class<T> type, Object event) {
    return Layout.of(type).write(type.cast(event));
  }

  /** On the JVM: the events since the last call. */
  public List<byte[]> take() {
    List<byte[]> taken = List.copyOf(records);
    records.clear();
    return taken;
  }

  /** The map of a datapath that this stands for, with the name of a field. */
  public MapSpec spec(String field) {
    String name = ObjectName.cut(field.toLowerCase(Locale.ROOT));
    return type == MapType.RINGBUF
        ? MapSpec.of(name, type, 0, 0, bytes)
        : MapSpec.of(name, type, 4, 4, 0);
  }
}
