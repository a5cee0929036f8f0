package dev.sluice.kernel.tc;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.tc.Change;
import dev.sluice.kernel.netlink.MessageReader;
import dev.sluice.kernel.netlink.MessageWriter;
import dev.sluice.kernel.netlink.NetlinkDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The kernel datapath's messages, for tests of commands: it stands in the package whose codec it
 * uses.
 */
public final class Wire {
  private static final int HEADER = 16;
  private static final int TCMSG_END = 36;
  private static final Map<String, Set<Integer>> LEGACY_TABLES =
      Map.of("tbf", Set.of(2, 3), "htb", Set.of(3, 4));
  private static final Set<String> NESTED = Set.of("tbf", "htb", "u32", "bpf");

  private Wire() {}

  /** The request that does a change. */
  public static String request(Change change) {
    MessageWriter writer = new MessageWriter();
    TcRequest.write(writer, change, 0);
    return HexFormat.of().formatHex(writer.toByteArray());
  }

  /** What a datagram of replies tells of: qdiscs, classes and filters. */
  public static List<Object> entries(String replies, Device eth0, Device lo) {
    MessageReader reader = new MessageReader(buffer(replies));
    List<Object> entries = new ArrayList<>();
    while (reader.next()) {
      Device device = TcEntry.deviceIndex(reader) == eth0.index() ? eth0 : lo;
      entries.add(
          switch (reader.type()) {
            case NetlinkDescriptor.RTM_NEWQDISC -> TcEntry.qdisc(reader, device);
            case NetlinkDescriptor.RTM_NEWTCLASS -> TcEntry.trafficClass(reader, device);
            case NetlinkDescriptor.RTM_NEWTFILTER -> TcEntry.filter(reader, device);
            default -> throw new IllegalArgumentException("message type " + reader.type());
          });
    }
    return entries;
  }

  /**
   * A request as its fields by name, without its sequence number, its length, the acknowledgement
   * that it asks for and the legacy rate tables, which may be left out.
   */
  public static Map<String, String> fields(String request) {
    ByteBuffer in = buffer(request);
    Map<String, String> fields = new TreeMap<>();
    fields.put("type", Integer.toString(in.getShort(4)));
    fields.put("flags", Integer.toHexString(in.getShort(6) & ~NetlinkDescriptor.NLM_F_ACK));
    fields.put("tcmsg", hex(in, HEADER, TCMSG_END));
    String kind = "";
    for (Map.Entry<Integer, int[]> attribute : attributes(in, TCMSG_END, in.limit()).entrySet()) {
      int[] range = attribute.getValue();
      if (attribute.getKey() == TcDescriptor.TCA_KIND) {
        kind =
            new String(
                HexFormat.of().parseHex(hex(in, range[0], range[1] - 1)), StandardCharsets.UTF_8);
      }
      if (attribute.getKey() != TcDescriptor.TCA_OPTIONS || !NESTED.contains(kind)) {
        fields.put("attribute " + attribute.getKey(), hex(in, range[0], range[1]));
        continue;
      }
      for (Map.Entry<Integer, int[]> option : attributes(in, range[0], range[1]).entrySet()) {
        if (!LEGACY_TABLES.getOrDefault(kind, Set.of()).contains(option.getKey())) {
          fields.put(
              "option " + option.getKey(), hex(in, option.getValue()[0], option.getValue()[1]));
        }
      }
    }
    return fields;
  }

  private static ByteBuffer buffer(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<Integer, int[]> attributes(ByteBuffer in, int begin, int end) {
    Map<Integer, int[]> attributes = new TreeMap<>();
    for (int at = begin; at < end; ) {
      int length = Short.toUnsignedInt(in.getShort(at));
      int type = Short.toUnsignedInt(in.getShort(at + 2));
      attributes.put(type, new int[] {at + 4, at + length});
      at += (length + 3) & -4;
    }
    return attributes;
  }

  private static String hex(ByteBuffer in, int begin, int end) {
    byte[] bytes = new byte[end - begin];
    in.get(begin, bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
