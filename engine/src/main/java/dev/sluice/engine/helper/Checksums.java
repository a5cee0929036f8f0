package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.skb.FlowKeys;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Execution;
import java.util.Map;

/** Helpers that compute checksums and correct them in the packet. */
final class Checksums {
  private static final long FIELD_MASK = 0xf;
  private static final long PSEUDO_HEADER = 1 << 4;
  private static final long MARK_MANGLED_0 = 1 << 5;
  private static final long MARK_ENFORCE = 1 << 6;
  private static final long IPV6 = 1 << 7;
  private static final int MANGLED_0 = 0xffff;
  private static final int FARTHEST = 0xffff;
  private static final int MOST_LEVELS = 3;

  private Checksums() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.L3_CSUM_REPLACE, Checksums::replaceL3);
    helpers.put(HelperFunction.L4_CSUM_REPLACE, Checksums::replaceL4);
    helpers.put(HelperFunction.CSUM_DIFF, Checksums::difference);
    helpers.put(HelperFunction.CSUM_UPDATE, Checksums::update);
    helpers.put(HelperFunction.CSUM_LEVEL, Checksums::level);
    helpers.put(HelperFunction.SKB_ECN_SET_CE, Checksums::markCongestion);
  }

  /** {@code bpf_l3_csum_replace}. */
  static long replaceL3(Execution x, long context, long offset, long from, long to, long flags) {
    if ((flags & ~FIELD_MASK) != 0) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int at = fieldAt(packet, (int) offset);
    return at < 0 ? Failure.EFAULT : replace(packet.bytes, at, from, to, (int) flags);
  }

  /** {@code bpf_l4_csum_replace}. */
  static long replaceL4(Execution x, long context, long offset, long from, long to, long flags) {
    if ((flags & ~(FIELD_MASK | PSEUDO_HEADER | MARK_MANGLED_0 | MARK_ENFORCE | IPV6)) != 0) {
      return Failure.EINVAL;
    }
    SocketBuffer packet = x.packet;
    int at = fieldAt(packet, (int) offset);
    if (at < 0) {
      return Failure.EFAULT;
    }
    byte[] bytes = packet.bytes;
    boolean zeroIsNone = (flags & MARK_MANGLED_0) != 0;
    if (zeroIsNone && (flags & MARK_ENFORCE) == 0 && InternetSum.read(bytes, at) == 0) {
      return 0;
    }
    int size = (int) (flags & FIELD_MASK);
    long result =
        size == 2
            ? replace(bytes, at, from & 0xffff, to & 0xffff, 4)
            : replace(bytes, at, from, to, size);
    if (result == 0 && zeroIsNone && InternetSum.read(bytes, at) == 0) {
      InternetSum.write(bytes, at, MANGLED_0);
    }
    return result;
  }

  /** The index of a checksum in the packet; −1 if it cannot be there. */
  private static int fieldAt(SocketBuffer packet, int offset) {
    boolean there =
        offset >= 0 && offset <= FARTHEST && (offset & 1) == 0 && offset + 2 <= packet.held();
    return there ? packet.head + offset : -1;
  }

  private static long replace(byte[] bytes, int at, long from, long to, int size) {
    int checksum = InternetSum.read(bytes, at);
    switch (size) {
      case 0 -> {
        if (from != 0) {
          return Failure.EINVAL;
        }
        InternetSum.write(bytes, at, InternetSum.replaceByDifference(checksum, (int) to));
      }
      case 2 -> InternetSum.write(bytes, at, InternetSum.replace2(checksum, (int) from, (int) to));
      case 4 -> InternetSum.write(bytes, at, InternetSum.replace4(checksum, (int) from, (int) to));
      default -> {
        return Failure.EINVAL;
      }
    }
    return 0;
  }

  /** {@code bpf_csum_diff}. */
  static long difference(Execution x, long from, long fromSize, long to, long toSize, long seed) {
    int fromBytes = (int) fromSize;
    int toBytes = (int) toSize;
    int sum = (int) seed;
    if (toBytes != 0) {
      int at = x.locate(to, toBytes);
      sum = InternetSum.of(x.located, at, toBytes, sum);
    }
    if (fromBytes != 0) {
      int at = x.locate(from, fromBytes);
      sum =
          toBytes != 0
              ? InternetSum.subtract(sum, InternetSum.of(x.located, at, fromBytes, 0))
              : ~InternetSum.of(x.located, at, fromBytes, ~sum);
    }
    return InternetSum.reduce(sum);
  }

  /** {@code bpf_csum_update}: no packet of the engine has a sum over all of it. */
  static long update(Execution x, long context, long sum, long r3, long r4, long r5) {
    return Failure.ENOTSUPP;
  }

  /** {@code bpf_csum_level}. */
  static long level(Execution x, long context, long what, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    if (what < 0 || what > 3) {
      return Failure.EINVAL;
    }
    switch ((int) what) {
      case 0 -> {
        return packet.checksumVerified ? packet.checksumLevel : Failure.EACCES;
      }
      case 1 -> {
        if (!packet.checksumVerified) {
          packet.checksumVerified = true;
          packet.checksumLevel = 0;
        } else if (packet.checksumLevel < MOST_LEVELS) {
          packet.checksumLevel++;
        }
      }
      case 2 -> {
        if (packet.checksumVerified && packet.checksumLevel == 0) {
          packet.checksumVerified = false;
        } else if (packet.checksumVerified) {
          packet.checksumLevel--;
        }
      }
      default -> distrust(packet);
    }
    return 0;
  }

  /** Nobody vouches for the packet any more ({@code __skb_reset_checksum_unnecessary}). */
  static void distrust(SocketBuffer packet) {
    packet.checksumVerified = false;
    packet.checksumLevel = 0;
  }

  /** {@code bpf_skb_ecn_set_ce}, with {@code INET_ECN_set_ce} in {@code include/net/inet_ecn.h}. */
  static long markCongestion(Execution x, long context, long r2, long r3, long r4, long r5) {
    SocketBuffer packet = x.packet;
    int at = packet.networkHeader;
    return switch (FlowKeys.networkProtocol(packet)) {
      case SocketBuffer.IPV4 ->
          packet.held() >= 20 && at + 20 <= packet.end ? markIpv4(packet.bytes, at) : 0;
      case SocketBuffer.IPV6 ->
          packet.held() >= 40 && at + 40 <= packet.end ? markIpv6(packet.bytes, at) : 0;
      default -> 0;
    };
  }

  private static long markIpv4(byte[] bytes, int at) {
    int next = bytes[at + 1] + 1 & 3; // 1: not capable, 2 and 3: capable, 0: marked already
    if (next < 2) {
      return next == 0 ? 1 : 0;
    }
    int added = Short.reverseBytes((short) 0xfffb) + Short.reverseBytes((short) next) & 0xffff;
    int checksum = InternetSum.read(bytes, at + 10);
    InternetSum.write(bytes, at + 10, InternetSum.add16(checksum, added));
    bytes[at + 1] |= 3;
    return 1;
  }

  private static long markIpv6(byte[] bytes, int at) {
    if ((bytes[at + 1] & 0x30) == 0) {
      return 0;
    }
    bytes[at + 1] |= 0x30;
    return 1;
  }
}
