package dev.sluice.cli.prog;

import dev.sluice.datapath.InvalidInput;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame from a few words: {@code udp 10.0.0.1:1000 > 10.0.0.2:53 len 100}, {@code tcp
 * [2001:db8::1]:1000 > [2001:db8::2]:80}, {@code icmp 10.0.0.1 > 10.0.0.2}.
 *
 * <p>The length is that of the payload. Checksums are right, MAC addresses are {@code
 * 02:00:00:00:00:01} and {@code …:02}, a TCP segment is a SYN, an ICMP message an echo request.
 */
public final class DescribedPacket {
  private static final int ETHERNET = 14;
  private static final int TYPE = 12;
  private static final String FORM =
      "expected udp|tcp|icmp ADDRESS[:PORT] > ADDRESS[:PORT] [len BYTES] [ttl N] [tos N]"
          + " [vlan ID]";

  private final String text;
  private final Deque<String> words;

  private DescribedPacket(String text) {
    this.text = text;
    this.words = new ArrayDeque<>(List.of(text.strip().split("\\s+")));
  }

  private enum Protocol {
    UDP(17, 8),
    TCP(6, 20),
    ICMP(1, 8);

    final int number;
    final int header;

    Protocol(int number, int header) {
      this.number = number;
      this.header = header;
    }

    int number(boolean six) {
      return this == ICMP && six ? 58 : number;
    }
  }

  private record End(InetAddress address, int port) {}

  /** The bytes of a described frame. */
  public static byte[] parse(String text) {
    return new DescribedPacket(text).frame();
  }

  private byte[] frame() {
    Protocol protocol =
        switch (next()) {
          case "udp" -> Protocol.UDP;
          case "tcp" -> Protocol.TCP;
          case "icmp", "icmp6" -> Protocol.ICMP;
          default -> throw invalid(null);
        };
    End from = end(protocol);
    if (!next().equals(">")) {
      throw invalid(null);
    }
    End to = end(protocol);
    int length = protocol == Protocol.ICMP ? 56 : 0;
    int ttl = 64;
    int tos = 0;
    int vlan = 0;
    while (!words.isEmpty()) {
      switch (next()) {
        case "len" -> length = number("len", 65_000);
        case "ttl" -> ttl = number("ttl", 255);
        case "tos" -> tos = number("tos", 255);
        case "vlan" -> vlan = number("vlan", 4094);
        default -> throw invalid(null);
      }
    }
    boolean six = from.address().getAddress().length == 16;
    if (six != (to.address().getAddress().length == 16)) {
      throw invalid("both addresses must be of the same family");
    }
    int ip = six ? 40 : 20;
    byte[] frame = new byte[ETHERNET + ip + protocol.header + length];
    ByteBuffer out = ByteBuffer.wrap(frame);
    out.put(new byte[] {2, 0, 0, 0, 0, 2}).put(new byte[] {2, 0, 0, 0, 0, 1});
    out.putShort((short) (six ? 0x86dd : 0x0800));
    int payload = protocol.header + length;
    if (six) {
      out.putInt(0x6000_0000 | tos << 20).putShort((short) payload);
      out.put((byte) protocol.number(true)).put((byte) ttl);
    } else {
      out.put((byte) 0x45).put((byte) tos).putShort((short) (ip + payload));
      out.putInt(0).put((byte) ttl).put((byte) protocol.number(false)).putShort((short) 0);
    }
    out.put(from.address().getAddress()).put(to.address().getAddress());
    if (!six) {
      out.putShort(ETHERNET + 10, checksum(frame, ETHERNET, ip, 0));
    }
    transport(frame, out, protocol, from, to, length, six);
    return vlan == 0 ? frame : tagged(frame, vlan);
  }

  /** The same with an 802.1Q tag behind the addresses. */
  private static byte[] tagged(byte[] frame, int vlan) {
    byte[] tagged = new byte[frame.length + 4];
    ByteBuffer.wrap(tagged)
        .put(frame, 0, TYPE)
        .putShort((short) 0x8100)
        .putShort((short) vlan)
        .put(frame, TYPE, frame.length - TYPE);
    return tagged;
  }

  private static void transport(
      byte[] frame, ByteBuffer out, Protocol protocol, End from, End to, int length, boolean six) {
    int start = out.position();
    switch (protocol) {
      case UDP ->
          out.putShort((short) from.port())
              .putShort((short) to.port())
              .putShort((short) (protocol.header + length))
              .putShort((short) 0);
      case TCP ->
          out.putShort((short) from.port())
              .putShort((short) to.port())
              .putInt(1)
              .putInt(0)
              .putShort((short) 0x5002)
              .putShort((short) 0xffff)
              .putInt(0);
      case ICMP ->
          out.put((byte) (six ? 128 : 8)).put((byte) 0).putShort((short) 0).putInt(1 << 16 | 1);
    }
    int size = protocol.header + length;
    long pseudo = 0;
    if (protocol != Protocol.ICMP || six) {
      pseudo = sum(from.address().getAddress(), 0, from.address().getAddress().length);
      pseudo += sum(to.address().getAddress(), 0, to.address().getAddress().length);
      pseudo += protocol.number(six) + size;
    }
    int at =
        start
            + switch (protocol) {
              case UDP -> 6;
              case TCP -> 16;
              case ICMP -> 2;
            };
    short checksum = checksum(frame, start, size, pseudo);
    out.putShort(at, protocol == Protocol.UDP && checksum == 0 ? (short) 0xffff : checksum);
  }

  private static short checksum(byte[] bytes, int from, int size, long start) {
    long sum = start + sum(bytes, from, size);
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (short) ~sum;
  }

  private static long sum(byte[] bytes, int from, int size) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      int value = bytes[from + i] & 0xff;
      sum += i % 2 == 0 ? value << 8 : value;
    }
    return sum;
  }

  private End end(Protocol protocol) {
    String word = next();
    if (protocol == Protocol.ICMP) {
      return new End(address(word), 0);
    }
    int colon = word.lastIndexOf(':');
    if (colon < 0) {
      throw invalid(word + " has no port");
    }
    String host = word.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port;
    try {
      port = Integer.parseInt(word.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 0 || port > 0xffff) {
      throw invalid("a port is 0 to 65535, not " + word.substring(colon + 1));
    }
    return new End(address(host), port);
  }

  private InetAddress address(String word) {
    try {
      return InetAddress.ofLiteral(word);
    } catch (IllegalArgumentException e) {
      throw invalid(word + " is no IP address");
    }
  }

  private int number(String what, int most) {
    String word = next();
    try {
      int number = Integer.parseInt(word);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw invalid(what + " is 0 to " + most + ", not " + word);
  }

  private String next() {
    String word = words.poll();
    if (word == null || word.isEmpty()) {
      throw invalid(null);
    }
    return word;
  }

  private InvalidInput invalid(@Nullable String problem) {
    return new InvalidInput(
        "command line",
        0,
        0,
        "packet \"" + text + "\": " + (problem == null ? "" : problem + "; ") + FORM);
  }

  /** The bytes that differ, as runs: {@code 26-29: 0a000001 → 0a000002}. */
  static String difference(byte[] before, byte[] after) {
    if (before.length != after.length) {
      return before.length + " → " + after.length + " bytes";
    }
    StringBuilder runs = new StringBuilder();
    for (int i = 0; i < before.length; i++) {
      int from = i;
      while (i < before.length && before[i] != after[i]) {
        i++;
      }
      if (i > from) {
        var hex = HexFormat.of();
        runs.append(runs.isEmpty() ? "" : ", ")
            .append(from)
            .append(i - from > 1 ? "-" + (i - 1) : "")
            .append(": ")
            .append(hex.formatHex(Arrays.copyOfRange(before, from, i)))
            .append(" → ")
            .append(hex.formatHex(Arrays.copyOfRange(after, from, i)));
      }
    }
    return runs.toString();
  }
}
