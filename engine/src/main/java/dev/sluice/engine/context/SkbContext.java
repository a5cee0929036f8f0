package dev.sluice.engine.context;

import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Address;
import dev.sluice.engine.vm.Execution;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct __sk_buff}, as classifiers, control group programs and socket filters see it
 * ({@code bpf_skb_is_valid_access} and {@code bpf_convert_ctx_access}).
 *
 * <p>The kernel keeps some fields in fewer bytes than it shows, and narrow loads of those read what
 * is kept: a load of the upper half of {@code protocol} gives {@code protocol}. So it is here.
 */
final class SkbContext extends ContextLayout {
  static final int LEN = 0;
  static final int PKT_TYPE = 4;
  static final int MARK = 8;
  static final int QUEUE_MAPPING = 12;
  static final int PROTOCOL = 16;
  static final int VLAN_PRESENT = 20;
  static final int VLAN_TCI = 24;
  static final int VLAN_PROTO = 28;
  static final int PRIORITY = 32;
  static final int INGRESS_IFINDEX = 36;
  static final int IFINDEX = 40;
  static final int TC_INDEX = 44;
  static final int CB = 48;
  static final int HASH = 68;
  static final int TC_CLASSID = 72;
  static final int DATA = 76;
  static final int DATA_END = 80;
  static final int NAPI_ID = 84;
  static final int FAMILY = 88;
  static final int REMOTE_IP4 = 92;
  static final int LOCAL_IP4 = 96;
  static final int REMOTE_IP6 = 100;
  static final int LOCAL_IP6 = 116;
  static final int REMOTE_PORT = 132;
  static final int LOCAL_PORT = 136;
  static final int DATA_META = 140;
  static final int FLOW_KEYS = 144;
  static final int TSTAMP = 152;
  static final int WIRE_LEN = 160;
  static final int GSO_SEGS = 164;
  static final int SK = 168;
  static final int GSO_SIZE = 176;
  static final int TSTAMP_TYPE = 180;
  static final int HWTSTAMP = 184;

  /** Queue numbers from here on leave {@code queue_mapping} as it was. */
  private static final int NO_QUEUE_MAPPING = 0xffff;

  static final SkbContext CLASSIFIER = new SkbContext(Kind.CLASSIFIER);
  static final SkbContext CONTROL_GROUP = new SkbContext(Kind.CONTROL_GROUP);
  static final SkbContext SOCKET_FILTER = new SkbContext(Kind.SOCKET_FILTER);

  private enum Kind {
    CLASSIFIER,
    CONTROL_GROUP,
    SOCKET_FILTER
  }

  private final Kind kind;

  private SkbContext(Kind kind) {
    super(192);
    this.kind = kind;
  }

  @Override
  public long load(Execution execution, int offset, int bytes) {
    if (!canLoad(offset, bytes)) {
      throw noField("load", bytes, offset);
    }
    SocketBuffer packet = execution.packet;
    return switch (offset) {
      case DATA -> Address.of(Address.PACKET, packet.head);
      case DATA_END -> Address.of(Address.PACKET, packet.end);
      case DATA_META -> Address.of(Address.PACKET, packet.metaStart);
      case TSTAMP -> packet.timestamp;
      case HWTSTAMP -> packet.hardwareTimestamp;
      case SK -> 0; // no packet of the engine has a socket
      case TSTAMP_TYPE -> packet.timestampType;
      default -> loadNumber(packet, offset, bytes);
    };
  }

  private static long loadNumber(SocketBuffer packet, int offset, int bytes) {
    if (offset >= CB && offset < HASH) {
      return loadCb(packet, offset - CB, bytes);
    }
    long whole = field(packet, offset & ~3) & 0xffff_ffffL;
    return bytes < keptBytes(offset & ~3)
        ? (whole >>> (8 * (offset & 3))) & ((1L << (8 * bytes)) - 1)
        : whole;
  }

  private static int field(SocketBuffer packet, int offset) {
    return switch (offset) {
      case LEN -> packet.length;
      case PKT_TYPE -> packet.packetType;
      case MARK -> packet.mark;
      case QUEUE_MAPPING -> packet.queueMapping;
      case PROTOCOL -> bigEndian(packet.protocol);
      case VLAN_PRESENT -> packet.vlanPresent ? 1 : 0;
      case VLAN_TCI -> packet.vlanTag;
      case VLAN_PROTO -> bigEndian(packet.vlanProtocol);
      case PRIORITY -> packet.priority;
      case INGRESS_IFINDEX -> packet.ingressIndex;
      case IFINDEX -> packet.deviceIndex;
      case TC_INDEX -> packet.tcIndex;
      case HASH -> packet.hash;
      case TC_CLASSID -> packet.tcClassId & 0xffff;
      case NAPI_ID -> packet.napiId;
      case WIRE_LEN -> packet.wireLength == 0 ? packet.length : packet.wireLength;
      case GSO_SEGS -> packet.segments;
      case GSO_SIZE -> packet.segmentSize;
      default -> 0; // family, addresses and ports of the socket that there is none of
    };
  }

  /** Bytes in which the kernel keeps a field of four ({@code target_size}). */
  private static int keptBytes(int offset) {
    return switch (offset) {
      case PKT_TYPE -> 1;
      case QUEUE_MAPPING, PROTOCOL, VLAN_TCI, VLAN_PROTO, TC_INDEX, TC_CLASSID -> 2;
      case FAMILY, REMOTE_PORT, LOCAL_PORT, GSO_SEGS, GSO_SIZE -> 2;
      default -> 4;
    };
  }

  private static int bigEndian(int protocol) {
    return ((protocol & 0xff) << 8) | ((protocol >>> 8) & 0xff);
  }

  private static long loadCb(SocketBuffer packet, int at, int bytes) {
    long low = packet.cb[at >> 2] & 0xffff_ffffL;
    if (bytes == 8) {
      return low | ((long) packet.cb[(at >> 2) + 1] << 32);
    }
    return bytes == 4 ? low : (low >>> (8 * (at & 3))) & ((1L << (8 * bytes)) - 1);
  }

  @Override
  public void store(Execution execution, int offset, int bytes, long value) {
    if (!canStore(offset, bytes)) {
      throw noField("store", bytes, offset);
    }
    SocketBuffer packet = execution.packet;
    switch (offset) {
      case MARK -> packet.mark = (int) value;
      case PRIORITY -> packet.priority = (int) value;
      case TC_INDEX -> packet.tcIndex = (int) value & 0xffff;
      case TC_CLASSID -> packet.tcClassId = (int) value & 0xffff;
      case TSTAMP -> packet.timestamp = value;
      case QUEUE_MAPPING -> {
        if (Long.compareUnsigned(value, NO_QUEUE_MAPPING) < 0) {
          packet.queueMapping = (int) value;
        }
      }
      default -> storeCb(packet, offset - CB, bytes, value);
    }
  }

  @Override
  public void storeImmediate(Execution execution, int offset, int bytes, int value) {
    if (offset == QUEUE_MAPPING && value < 0 && canStore(offset, bytes)) {
      execution.packet.queueMapping = value & 0xffff;
    } else {
      store(execution, offset, bytes, value);
    }
  }

  private static void storeCb(SocketBuffer packet, int at, int bytes, long value) {
    int word = at >> 2;
    switch (bytes) {
      case 8 -> {
        packet.cb[word] = (int) value;
        packet.cb[word + 1] = (int) (value >>> 32);
      }
      case 4 -> packet.cb[word] = (int) value;
      default -> {
        int shift = 8 * (at & 3);
        int mask = ((1 << (8 * bytes)) - 1) << shift;
        packet.cb[word] = (packet.cb[word] & ~mask) | (((int) value << shift) & mask);
      }
    }
  }

  @Override
  public boolean canLoad(int offset, int bytes) {
    if (offset < 0 || offset >= size() || offset % bytes != 0) {
      return false;
    }
    if (kind != Kind.CLASSIFIER && isHidden(offset)) {
      return false;
    }
    if (offset < CB || (offset >= HASH && offset < DATA)) {
      return bytes <= 4;
    }
    if (offset < HASH) {
      return offset + bytes <= HASH;
    }
    return switch (offset & ~3) {
      case DATA, DATA_END, DATA_META -> bytes == 4;
      case NAPI_ID, WIRE_LEN, GSO_SEGS, GSO_SIZE -> bytes <= 4;
      case TSTAMP, HWTSTAMP, SK -> offset % 8 == 0 && bytes == 8;
      case TSTAMP_TYPE -> kind == Kind.CLASSIFIER && offset == TSTAMP_TYPE && bytes == 1;
      case FAMILY, REMOTE_PORT, LOCAL_PORT -> kind == Kind.CONTROL_GROUP && bytes <= 4;
      default -> // the socket's addresses, flow_keys, and upper halves
          offset < FLOW_KEYS && kind == Kind.CONTROL_GROUP && bytes == 4;
    };
  }

  /** What a classifier may load, and other kinds may not. */
  private boolean isHidden(int offset) {
    return switch (offset & ~3) {
      case TC_CLASSID, DATA_META, WIRE_LEN -> true;
      case DATA, DATA_END -> kind == Kind.SOCKET_FILTER;
      case TSTAMP, TSTAMP + 4, HWTSTAMP, HWTSTAMP + 4 -> kind == Kind.SOCKET_FILTER;
      default -> false;
    };
  }

  @Override
  public boolean canStore(int offset, int bytes) {
    if (offset < 0 || offset % bytes != 0) {
      return false;
    }
    if (offset >= CB && offset < HASH) {
      return offset + bytes <= HASH;
    }
    return switch (offset) {
      case MARK, PRIORITY -> kind != Kind.SOCKET_FILTER && bytes == 4;
      case TC_INDEX, TC_CLASSID, QUEUE_MAPPING -> kind == Kind.CLASSIFIER && bytes == 4;
      case TSTAMP -> kind != Kind.SOCKET_FILTER && bytes == 8;
      default -> false;
    };
  }

  @Override
  public @Nullable ContextPointer pointerAt(int offset) {
    return switch (offset) {
      case DATA -> kind == Kind.SOCKET_FILTER ? null : ContextPointer.DATA;
      case DATA_END -> kind == Kind.SOCKET_FILTER ? null : ContextPointer.DATA_END;
      case DATA_META -> kind == Kind.CLASSIFIER ? ContextPointer.DATA_META : null;
      default -> null;
    };
  }

  @Override
  public @Nullable String plainField(int offset) {
    return switch (offset) {
      case LEN -> "length";
      case PKT_TYPE -> "packetType";
      case MARK -> "mark";
      case PRIORITY -> "priority";
      case INGRESS_IFINDEX -> "ingressIndex";
      case IFINDEX -> "deviceIndex";
      case HASH -> "hash";
      case NAPI_ID -> "napiId";
      case GSO_SEGS -> "segments";
      case GSO_SIZE -> "segmentSize";
      default -> null;
    };
  }
}
