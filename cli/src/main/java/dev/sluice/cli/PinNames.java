package dev.sluice.cli;

import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Hook;
import java.util.Locale;

/**
 * The words that names of pins are made of. A BPF file system forbids dots in names ({@code
 * bpf_lookup} in {@code kernel/bpf/inode.c}), so what is not a letter, digit, underscore or hyphen
 * is written as its hexadecimal number behind a percent sign.
 */
final class PinNames {
  private PinNames() {}

  /** What stands for an attach point's direction, side or kind. */
  static String way(AttachPoint at) {
    return switch (at) {
      case AttachPoint.Tcx tcx -> tcx.direction().toString();
      case AttachPoint.Clsact classic -> classic.direction().toString();
      case AttachPoint.Cgroup cgroup -> cgroup.direction().toString();
      case AttachPoint.Xdp _ -> Hook.XDP.prefix();
      case AttachPoint.Netkit netkit -> netkit.side().toString();
    };
  }

  /** The hook that a word of {@link #way} is of, at a device. */
  static Hook hook(String way) {
    return switch (way) {
      case "xdp" -> Hook.XDP;
      case "primary", "peer" -> Hook.NETKIT;
      default -> Hook.TCX;
    };
  }

  /** The direction that a word of {@link #way} means. */
  static Direction direction(String way) {
    return switch (way) {
      case "xdp", "peer" -> Direction.INGRESS;
      case "primary" -> Direction.EGRESS;
      default -> Direction.valueOf(way.toUpperCase(Locale.ROOT));
    };
  }

  /** A name with nothing in it that a pin's name may not have. */
  static String escape(String name) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c < 128 && Character.isLetterOrDigit(c)) || c == '_' || c == '-';
      escaped.append(plain ? String.valueOf(c) : String.format("%%%04x", (int) c));
    }
    return escaped.toString();
  }

  /** The inverse of {@link #escape}. */
  static String unescape(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '%' && i + 5 <= name.length()) {
        plain.append((char) Integer.parseInt(name.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        plain.append(name.charAt(i));
      }
    }
    return plain.toString();
  }
}
