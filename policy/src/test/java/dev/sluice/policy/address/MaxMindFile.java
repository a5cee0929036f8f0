package dev.sluice.policy.address;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes small databases in MaxMind's format: a tree of address bits, and what its leaves say. */
final class MaxMindFile {
  private static final byte[] MARKER = {
    (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
  };
  private static final int STRING = 2;
  private static final int UINT16 = 5;
  private static final int UINT32 = 6;
  private static final int MAP = 7;
  private static final int SEPARATOR = 16;

  private final List<@Nullable Object[]> nodes = new ArrayList<>();
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  MaxMindFile() {
    nodes.add(new Object[2]);
  }

  /** A network is in a country; in the databases of others, a field says so. */
  MaxMindFile put(String text, String country, boolean nested) {
    Prefix prefix = Prefix.parse(text);
    if (prefix == null) {
      throw new IllegalArgumentException(text);
    }
    int offset = offsets.computeIfAbsent(country + nested, _ -> record(country, nested));
    // IPv4 is below ::/96.
    int length = prefix.six() ? prefix.length() : 96 + prefix.length();
    long high = prefix.six() ? prefix.high() : 0;
    long low = prefix.six() ? prefix.low() : prefix.high() >>> 32;
    @Nullable Object[] node = nodes.getFirst();
    for (int i = 0; i < length; i++) {
      int bit = (int) ((i < 64 ? high >>> (63 - i) : low >>> (127 - i)) & 1);
      if (i == length - 1) {
        node[bit] = -offset - 1;
      } else if (node[bit] instanceof Integer next) {
        node = nodes.get(next);
      } else {
        node[bit] = nodes.size();
        nodes.add(new Object[2]);
        node = nodes.getLast();
      }
    }
    return this;
  }

  private int record(String country, boolean nested) {
    int offset = data.size();
    control(data, MAP, 1);
    if (nested) {
      string(data, "country");
      control(data, MAP, 1);
      string(data, "iso_code");
    } else {
      string(data, "country_code");
    }
    string(data, country);
    return offset;
  }

  void write(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (@Nullable Object[] node : nodes) {
      for (Object side : node) {
        int record =
            side instanceof Integer next
                ? next >= 0 ? next : nodes.size() + SEPARATOR + (-next - 1)
                : nodes.size();
        number(out, record, 3);
      }
    }
    out.write(new byte[SEPARATOR]);
    out.write(data.toByteArray());
    out.write(MARKER);
    control(out, MAP, 9);
    field(out, "binary_format_major_version", UINT16, 2);
    field(out, "binary_format_minor_version", UINT16, 0);
    field(out, "ip_version", UINT16, 6);
    field(out, "record_size", UINT16, 24);
    field(out, "node_count", UINT32, nodes.size());
    string(out, "database_type");
    string(out, "Test-Country");
    string(out, "languages");
    out.write(0);
    out.write(4); // no strings: an array, one of the types with a second byte
    string(out, "description");
    control(out, MAP, 0);
    string(out, "build_epoch");
    out.write(4);
    out.write(2); // 64 bits, of which 4 bytes are written
    number(out, 1_700_000_000, 4);
    Files.write(file, out.toByteArray());
  }

  private static void field(ByteArrayOutputStream out, String name, int type, int value) {
    string(out, name);
    int size = type == UINT16 ? 2 : 4;
    control(out, type, size);
    number(out, value, size);
  }

  private static void control(ByteArrayOutputStream out, int type, int size) {
    out.write(type << 5 | size);
  }

  private static void string(ByteArrayOutputStream out, String text) {
    control(out, STRING, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void number(ByteArrayOutputStream out, int number, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      out.write(number >>> 8 * i);
    }
  }
}
