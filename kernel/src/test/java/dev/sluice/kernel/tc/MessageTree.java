package dev.sluice.kernel.tc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A traffic-control request taken apart, to be compared attribute by attribute. */
final class MessageTree {
  private static final Map<String, Set<Integer>> LEGACY_TABLES =
      Map.of("tbf", Set.of(2, 3), "htb", Set.of(3, 4));
  private static final Set<String> NESTED = Set.of("tbf", "htb", "u32", "bpf");

  private MessageTree() {}

  /** A message as its fields by name, without sequence number, port and legacy rate tables. */
  static Map<String, String> of(ByteBuffer message) {
    ByteBuffer in = message.duplicate().order(ByteOrder.nativeOrder());
    Map<String, String> tree = new TreeMap<>();
    tree.put("type", Integer.toString(in.getShort(4)));
    tree.put("flags", Integer.toHexString(in.getShort(6)));
    tree.put("tcmsg", hex(in, 16, 36));
    Map<Integer, int[]> attributes = attributes(in, 36, in.limit());
    String kind = "";
    for (Map.Entry<Integer, int[]> attribute : attributes.entrySet()) {
      int[] range = attribute.getValue();
      if (attribute.getKey() == TcDescriptor.TCA_KIND) {
        byte[] name = new byte[range[1] - range[0] - 1];
        in.get(range[0], name);
        kind = new String(name, StandardCharsets.UTF_8);
      }
      if (attribute.getKey() == TcDescriptor.TCA_OPTIONS && NESTED.contains(kind)) {
        for (Map.Entry<Integer, int[]> option : attributes(in, range[0], range[1]).entrySet()) {
          if (!LEGACY_TABLES.getOrDefault(kind, Set.of()).contains(option.getKey())) {
            tree.put(
                "option " + option.getKey(), hex(in, option.getValue()[0], option.getValue()[1]));
          }
        }
      } else {
        tree.put("attribute " + attribute.getKey(), hex(in, range[0], range[1]));
      }
    }
    return tree;
  }

  private static Map<Integer, int[]> attributes(ByteBuffer in, int begin, int end) {
    Map<Integer, int[]> attributes = new TreeMap<>();
    for (int at = begin; at < end; ) {
      int length = Short.toUnsignedInt(in.getShort(at));
      int type = Short.toUnsignedInt(in.getShort(at + 2));
      if (attributes.put(type, new int[] {at + 4, at + length}) != null) {
        throw new AssertionError("attribute " + type + " is there twice");
      }
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
