package dev.sluice.cli.prog;

import dev.sluice.packet.Dissection;
import dev.sluice.packet.HeaderView;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a frame's headers as people name them, to tell what a program changed. */
final class HeaderFields {
  /** How a field is written. */
  private enum Form {
    NUMBER,
    HEX,
    MAC,
    ADDRESS
  }

  /**
   * A field that a program changed.
   *
   * @param field its name, such as {@code ip.ttl}
   * @param before its value before; empty if there was no such header
   * @param after its value after; empty if there is no such header any more
   */
  record Change(String field, String before, String after) {
    @Override
    public String toString() {
      return field
          + ": "
          + (before.isEmpty() ? "none" : before)
          + " → "
          + (after.isEmpty() ? "none" : after);
    }
  }

  private final Map<String, String> values = new LinkedHashMap<>();

  private HeaderFields(byte[] frame) {
    Dissection found = new Dissection();
    found.frame(frame, 0, frame.length);
    take(found.ethernet(), "eth.dst", 0, 6, Form.MAC);
    take(found.ethernet(), "eth.src", 6, 6, Form.MAC);
    take(found.ethernet(), "eth.type", 12, 2, Form.HEX);
    if (found.tags() > 0) {
      take(found.tag(), "vlan.tci", 0, 2, Form.HEX);
      take(found.tag(), "vlan.type", 2, 2, Form.HEX);
    }
    take(found.ipv4(), "ip.tos", 1, 1, Form.HEX);
    take(found.ipv4(), "ip.len", 2, 2, Form.NUMBER);
    take(found.ipv4(), "ip.id", 4, 2, Form.NUMBER);
    take(found.ipv4(), "ip.frag", 6, 2, Form.HEX);
    take(found.ipv4(), "ip.ttl", 8, 1, Form.NUMBER);
    take(found.ipv4(), "ip.proto", 9, 1, Form.NUMBER);
    take(found.ipv4(), "ip.checksum", 10, 2, Form.HEX);
    take(found.ipv4(), "ip.src", 12, 4, Form.ADDRESS);
    take(found.ipv4(), "ip.dst", 16, 4, Form.ADDRESS);
    take(found.ipv6(), "ip6.class", 0, 4, Form.HEX);
    take(found.ipv6(), "ip6.len", 4, 2, Form.NUMBER);
    take(found.ipv6(), "ip6.next", 6, 1, Form.NUMBER);
    take(found.ipv6(), "ip6.hops", 7, 1, Form.NUMBER);
    take(found.ipv6(), "ip6.src", 8, 16, Form.ADDRESS);
    take(found.ipv6(), "ip6.dst", 24, 16, Form.ADDRESS);
    takePorts(found.tcp(), "tcp");
    take(found.tcp(), "tcp.seq", 4, 4, Form.NUMBER);
    take(found.tcp(), "tcp.ack", 8, 4, Form.NUMBER);
    take(found.tcp(), "tcp.flags", 12, 2, Form.HEX);
    take(found.tcp(), "tcp.window", 14, 2, Form.NUMBER);
    take(found.tcp(), "tcp.checksum", 16, 2, Form.HEX);
    takePorts(found.udp(), "udp");
    take(found.udp(), "udp.len", 4, 2, Form.NUMBER);
    take(found.udp(), "udp.checksum", 6, 2, Form.HEX);
    take(found.icmp(), "icmp.type", 0, 1, Form.NUMBER);
    take(found.icmp(), "icmp.code", 1, 1, Form.NUMBER);
    take(found.icmp(), "icmp.checksum", 2, 2, Form.HEX);
  }

  /** The fields that differ, and those of headers that came or went, outermost first. */
  static List<Change> changes(byte[] before, byte[] after) {
    Map<String, String> then = new HeaderFields(before).values;
    Map<String, String> now = new HeaderFields(after).values;
    List<Change> changes = new ArrayList<>();
    Map<String, String> all = new LinkedHashMap<>(then);
    now.forEach(all::putIfAbsent);
    for (String name : all.keySet()) {
      String old = then.getOrDefault(name, "");
      String last = now.getOrDefault(name, "");
      if (!old.equals(last)) {
        changes.add(new Change(name, old, last));
      }
    }
    return changes;
  }

  private void takePorts(HeaderView header, String name) {
    take(header, name + ".src", 0, 2, Form.NUMBER);
    take(header, name + ".dst", 2, 2, Form.NUMBER);
  }

  private void take(HeaderView header, String name, int at, int size, Form form) {
    if (header.isPresent()) {
      int from = header.offset() + at;
      values.put(name, text(Arrays.copyOfRange(header.array(), from, from + size), form));
    }
  }

  private static String text(byte[] bytes, Form form) {
    return switch (form) {
      case NUMBER -> {
        long number = 0;
        for (byte each : bytes) {
          number = number << Byte.SIZE | each & 0xff;
        }
        yield Long.toString(number);
      }
      case HEX -> "0x" + HexFormat.of().formatHex(bytes);
      case MAC -> HexFormat.ofDelimiter(":").formatHex(bytes);
      case ADDRESS -> {
        try {
          yield InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
          throw new IllegalArgumentException(e); // 4 and 16 bytes are always an address
        }
      }
    };
  }
}
