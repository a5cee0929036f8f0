package dev.sluice.engine.program;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.GuestMemory;
import dev.sluice.engine.vm.Surroundings;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The context that a test run is given and gives back. Which fields may be set is the kernel's rule
 * ({@code convert___skb_to_skb} in {@code net/bpf/test_run.c}); others must be 0.
 */
final class TestContext {
  private static final int SKB_SIZE = 192;
  private static final int XDP_SIZE = 24;
  private static final int MOST_WIRE_LENGTH = 65_536;
  private static final int MOST_SEGMENTS = 65_535;

  // Fields of struct __sk_buff that may be set, by offset.
  private static final int MARK = 8;
  private static final int PRIORITY = 32;
  private static final int INGRESS_INDEX = 36;
  private static final int INDEX = 40;
  private static final int CB = 48;
  private static final int TIMESTAMP = 152;
  private static final int WIRE_LENGTH = 160;
  private static final int SEGMENTS = 164;
  private static final int SEGMENT_SIZE = 176;
  private static final int HARDWARE_TIMESTAMP = 184;

  /** From and to, in bytes, of the stretches between them. */
  private static final int[][] MUST_BE_ZERO = {
    {0, MARK},
    {12, PRIORITY},
    {44, CB},
    {68, TIMESTAMP},
    {168, SEGMENT_SIZE},
    {180, HARDWARE_TIMESTAMP}
  };

  private final boolean given;
  private final boolean xdp;
  private final byte[] bytes;
  private final int length;

  private TestContext(boolean given, boolean xdp, byte[] bytes, int length) {
    this.given = given;
    this.xdp = xdp;
    this.bytes = bytes;
    this.length = length;
  }

  static TestContext of(ProgramType type, @Nullable Bytes context) {
    boolean xdp = type == ProgramType.XDP;
    int size = xdp ? XDP_SIZE : SKB_SIZE;
    byte[] raw = context == null ? new byte[0] : context.toArray();
    return new TestContext(
        context != null, xdp, Arrays.copyOf(raw, Math.max(size, raw.length)), raw.length);
  }

  /**
   * Sets a packet's fields.
   *
   * @return what is wrong with the context; null if nothing is
   */
  @Nullable String apply(SocketBuffer packet, Surroundings surroundings) {
    int size = xdp ? XDP_SIZE : SKB_SIZE;
    if (!isZero(size, bytes.length)) {
      return "the context is longer than " + size + " bytes, and not 0 behind them";
    }
    return xdp ? applyXdp(packet, surroundings) : applySkb(packet, surroundings);
  }

  private @Nullable String applySkb(SocketBuffer packet, Surroundings surroundings) {
    packet.wireLength = packet.length;
    if (!given) {
      return null;
    }
    for (int[] stretch : MUST_BE_ZERO) {
      if (!isZero(stretch[0], stretch[1])) {
        return "bytes %d to %d of the context must be 0: a test run cannot set these fields"
            .formatted(stretch[0], stretch[1] - 1);
      }
    }
    int index = GuestMemory.getInt(bytes, INDEX);
    if (index > 1) {
      if (surroundings.mtu(index) < 0) {
        return "there is no device with index " + index;
      }
      packet.deviceIndex = index;
    }
    packet.mark = GuestMemory.getInt(bytes, MARK);
    packet.priority = GuestMemory.getInt(bytes, PRIORITY);
    packet.ingressIndex = GuestMemory.getInt(bytes, INGRESS_INDEX);
    for (int i = 0; i < packet.cb.length; i++) {
      packet.cb[i] = GuestMemory.getInt(bytes, CB + 4 * i);
    }
    packet.timestamp = GuestMemory.getLong(bytes, TIMESTAMP);
    int wireLength = GuestMemory.getInt(bytes, WIRE_LENGTH);
    if (wireLength != 0) {
      if (Integer.compareUnsigned(wireLength, packet.length) < 0
          || Integer.compareUnsigned(wireLength, MOST_WIRE_LENGTH) > 0) {
        return "wire_len must be 0, or from the packet's length to " + MOST_WIRE_LENGTH;
      }
      packet.wireLength = wireLength;
    }
    packet.segments = GuestMemory.getInt(bytes, SEGMENTS);
    if (Integer.compareUnsigned(packet.segments, MOST_SEGMENTS) > 0) {
      return "gso_segs must be 0 to " + MOST_SEGMENTS;
    }
    packet.segmentSize = GuestMemory.getInt(bytes, SEGMENT_SIZE);
    packet.hardwareTimestamp = GuestMemory.getLong(bytes, HARDWARE_TIMESTAMP);
    return null;
  }

  private @Nullable String applyXdp(SocketBuffer packet, Surroundings surroundings) {
    packet.ingressIndex = 1;
    if (!given) {
      return null;
    }
    int data = GuestMemory.getInt(bytes, 0);
    int dataEnd = GuestMemory.getInt(bytes, 4);
    int meta = GuestMemory.getInt(bytes, 8);
    int device = GuestMemory.getInt(bytes, 12);
    int queue = GuestMemory.getInt(bytes, 16);
    if (meta != 0 || data < 0 || data > dataEnd || dataEnd != packet.length || data % 4 != 0) {
      return "data_meta must be 0, data a multiple of 4 and data_end the packet's length";
    }
    if (!isZero(20, XDP_SIZE)) {
      return "egress_ifindex must be 0";
    }
    if (device == 0 ? queue != 0 : surroundings.mtu(device) < 0) {
      return "there is no device with index " + device;
    }
    if (device != 0) {
      packet.ingressIndex = device;
      packet.deviceIndex = device;
      packet.queueMapping = queue;
    }
    packet.head += data;
    packet.length -= data;
    return null;
  }

  private boolean isZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The context after a run, gso_size as it was before; empty where none was given. */
  Bytes read(SocketBuffer packet) {
    if (!given) {
      return Bytes.EMPTY;
    }
    if (xdp) {
      GuestMemory.putInt(bytes, 0, packet.head - packet.metaStart);
      GuestMemory.putInt(bytes, 4, packet.end - packet.metaStart);
      GuestMemory.putInt(bytes, 8, 0);
    } else {
      GuestMemory.putInt(bytes, MARK, packet.mark);
      GuestMemory.putInt(bytes, PRIORITY, packet.priority);
      GuestMemory.putInt(bytes, INGRESS_INDEX, packet.ingressIndex);
      GuestMemory.putInt(bytes, INDEX, packet.deviceIndex);
      for (int i = 0; i < packet.cb.length; i++) {
        GuestMemory.putInt(bytes, CB + 4 * i, packet.cb[i]);
      }
      GuestMemory.putLong(bytes, TIMESTAMP, packet.timestamp);
      GuestMemory.putInt(bytes, WIRE_LENGTH, packet.wireLength);
      GuestMemory.putInt(bytes, SEGMENTS, packet.segments);
      GuestMemory.putLong(bytes, HARDWARE_TIMESTAMP, packet.hardwareTimestamp);
    }
    return Bytes.copyOf(Arrays.copyOf(bytes, length));
  }
}
