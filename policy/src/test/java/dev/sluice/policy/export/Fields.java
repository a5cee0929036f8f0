package dev.sluice.policy.export;

import dev.sluice.datapath.tc.U32;
import dev.sluice.policy.address.Prefix;
import dev.sluice.policy.rule.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Fields of packets, for filters and for packets: few values, so that filters meet and packets fit.
 */
final class Fields {
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int ALL = 3;
  private static final int ICMP = 1;
  private static final int ICMP6 = 58;
  private static final int GRE = 47;

  private static final List<Prefix> FOUR =
      prefixes(
          "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.0/23", "192.168.0.0/16", "0.0.0.0/0");
  private static final List<Prefix> SIX =
      prefixes("fd00::/8", "fd00:1::/32", "fd00::/29", "fd00:1::7", "2001:db8::/44");
  private static final List<Prefix> SENDERS =
      prefixes("10.1.2.3", "10.1.3.9", "10.1.9.9", "10.200.0.1", "192.168.7.7", "8.8.8.8");
  private static final List<Prefix> SENDERS6 =
      prefixes("fd00:1::7", "fd00:1::8", "fd00:2::1", "fd99::1", "2001:db8:7::1", "2600::1");

  /** Values with masks: one port, ranges, and ranges with holes. */
  private static final int[][] PORTS = {
    {80, 0xffff}, {443, 0xffff}, {8000, 0xff00}, {1024, 0xfc00}, {5000, 0xfff0}, {5008, 0xff0e}
  };

  private static final int[] TO_PORTS = {80, 443, 8000, 8191, 1024, 1500, 5000, 5007, 5010, 53};
  private static final int[][] CODES = {{0xb8, 0xfc}, {0x28, 0xfc}, {0x20, 0xe0}, {0x08, 0x1c}};
  private static final int[] TYPES_OF_SERVICE = {0, 0xb8, 0x28, 0x20, 0x08, 0x48};

  private final boolean sixToo;
  private final boolean marks;

  /**
   * For set-ups of a kind.
   *
   * @param sixToo whether there is IPv6
   * @param marks whether filters look at marks
   */
  Fields(boolean sixToo, boolean marks) {
    this.sixToo = sixToo;
    this.marks = marks;
  }

  private static List<Prefix> prefixes(String... texts) {
    List<Prefix> prefixes = new ArrayList<>();
    for (String text : texts) {
      prefixes.add(Objects.requireNonNull(Prefix.parse(text), text));
    }
    return prefixes;
  }

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  int protocol(Random random) {
    if (!sixToo) {
      return IPV4;
    }
    int chosen = random.nextInt(10);
    return chosen < 6 ? IPV4 : chosen < 9 ? IPV6 : ALL;
  }

  U32.@Nullable Mark mark(Random random) {
    return marks && random.nextInt(20) == 0
        ? new U32.Mark(random.nextInt(4) << 4, random.nextBoolean() ? 0xf0 : -1, 0)
        : null;
  }

  /** Words of a filter for a protocol. */
  List<U32.Key> keys(Random random, int protocol) {
    List<U32.Key> keys = new ArrayList<>();
    if (protocol == ALL || random.nextInt(12) == 0) {
      keys.add(new U32.Key(0, 0, 0, 0)); // match u32 0 0
      return keys;
    }
    boolean six = protocol == IPV6;
    boolean icmp = random.nextInt(10) == 0;
    if (random.nextInt(3) > 0) {
      addAddress(keys, random, six, true);
    }
    if (random.nextInt(4) == 0) {
      addAddress(keys, random, six, false);
    }
    if (icmp) {
      addProtocol(keys, six, six ? ICMP6 : ICMP);
      if (random.nextBoolean()) {
        keys.add(new U32.Key(0xff00_0000, (six ? 128 : 8) << 24, six ? 40 : 20, 0));
      }
      return keys;
    }
    if (random.nextInt(3) == 0) {
      addProtocol(keys, six, random.nextBoolean() ? 6 : 17);
    }
    if (random.nextInt(3) == 0) {
      int[] port = PORTS[random.nextInt(PORTS.length)];
      boolean source = random.nextInt(4) == 0;
      int shift = source ? 16 : 0;
      int at = six ? 40 : 20;
      keys.add(new U32.Key(port[1] << shift, (port[0] & port[1]) << shift, at, 0));
    }
    if (random.nextInt(6) == 0) {
      int[] code = CODES[random.nextInt(CODES.length)];
      int shift = six ? 20 : 16;
      keys.add(new U32.Key(code[1] << shift, code[0] << shift, 0, 0));
    }
    if (random.nextInt(60) == 0) {
      keys.add(new U32.Key(0xff, 64, six ? 4 : 8, 0)); // hop limit, checksum: cannot be said
    }
    if (keys.isEmpty()) {
      addAddress(keys, random, six, true);
    }
    return keys;
  }

  private static void addProtocol(List<U32.Key> keys, boolean six, int number) {
    int shift = six ? 8 : 16;
    keys.add(new U32.Key(0xff << shift, number << shift, six ? 4 : 8, 0));
  }

  private static void addAddress(List<U32.Key> keys, Random random, boolean six, boolean source) {
    if (!six) {
      Prefix prefix = any(random, FOUR);
      int mask = prefix.length() == 0 ? 0 : -1 << (32 - prefix.length());
      keys.add(new U32.Key(mask, prefix.address4(), source ? 12 : 16, 0));
      return;
    }
    Prefix prefix = any(random, SIX);
    int at = source ? 8 : 24;
    for (int i = 0; 32 * i < prefix.length(); i++) {
      int bits = Math.min(32, prefix.length() - 32 * i);
      long half = i < 2 ? prefix.high() : prefix.low();
      int word = (int) (half >>> (i % 2 == 0 ? 32 : 0));
      keys.add(new U32.Key(-1 << (32 - bits), word, at + 4 * i, 0));
    }
  }

  /** A packet that some filters fit. */
  byte[] packet(Random random) {
    boolean six = sixToo && random.nextInt(3) == 0;
    Prefix from = any(random, six ? SENDERS6 : SENDERS);
    Prefix to = any(random, six ? SENDERS6 : SENDERS);
    int tos = TYPES_OF_SERVICE[random.nextInt(TYPES_OF_SERVICE.length)];
    int kind = random.nextInt(12);
    if (kind == 0) {
      return Frames.echo(from, to, random.nextBoolean(), 7);
    } else if (kind == 1) {
      return Frames.of(from, to, GRE, 0, 0, 0, tos);
    }
    int protocol = kind < 6 ? 6 : kind < 11 ? 17 : 132;
    return Frames.of(from, to, protocol, port(random), port(random), 0, tos);
  }

  int port(Random random) {
    return TO_PORTS[random.nextInt(TO_PORTS.length)];
  }
}
