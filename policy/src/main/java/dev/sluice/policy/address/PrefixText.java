package dev.sluice.policy.address;

import org.jspecify.annotations.Nullable;

/** Prefixes as people write them (RFC 4632, RFC 4291, RFC 5952). */
final class PrefixText {
  private static final int GROUPS = 8;

  private PrefixText() {}

  static @Nullable Prefix parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean six = address.indexOf(':') >= 0;
    int most = six ? 128 : 32;
    int length = slash < 0 ? most : number(text.substring(slash + 1), 10, most);
    long[] bits = six ? parse6(address) : parse4(address);
    if (bits == null || length < 0) {
      return null;
    }
    try {
      return new Prefix(six, bits[0], bits[1], length);
    } catch (IllegalArgumentException e) {
      return null; // bits behind the length
    }
  }

  /** A number that is written without sign and without needless zeros; −1 if it is none. */
  private static int number(String text, int radix, int most) {
    return number(text, 0, text.length(), radix, most);
  }

  private static int number(String text, int begin, int end, int radix, int most) {
    int length = end - begin;
    if (length < 1 || length > 4 || radix == 10 && length > 1 && text.charAt(begin) == '0') {
      return -1;
    }
    int number = 0;
    for (int i = begin; i < end; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number * radix + digit;
    }
    return number <= most ? number : -1;
  }

  private static long @Nullable [] parse4(String text) {
    long address = 0;
    int begin = 0;
    for (int i = 0; i < 4; i++) {
      int end = i < 3 ? text.indexOf('.', begin) : text.length();
      int octet = end < 0 ? -1 : number(text, begin, end, 10, 255);
      if (octet < 0) {
        return null;
      }
      address = address << 8 | octet;
      begin = end + 1;
    }
    return new long[] {address << 32, 0};
  }

  private static long @Nullable [] parse6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      int[] groups = groups(text);
      return groups == null || groups.length != GROUPS ? null : join(groups, new int[0]);
    }
    int[] before = groups(text.substring(0, gap));
    int[] behind = groups(text.substring(gap + 2));
    if (before == null || behind == null || before.length + behind.length >= GROUPS) {
      return null;
    }
    return join(before, behind);
  }

  private static long[] join(int[] before, int[] behind) {
    long[] bits = new long[2];
    for (int i = 0; i < GROUPS; i++) {
      int fromEnd = behind.length - (GROUPS - i);
      int group = i < before.length ? before[i] : fromEnd >= 0 ? behind[fromEnd] : 0;
      bits[i / 4] = bits[i / 4] << 16 | group;
    }
    return bits;
  }

  private static int @Nullable [] groups(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    String[] parts = text.split(":", -1);
    boolean four = parts[parts.length - 1].indexOf('.') >= 0;
    int[] groups = new int[parts.length + (four ? 1 : 0)];
    for (int i = 0; i < parts.length; i++) {
      if (four && i == parts.length - 1) {
        long[] address = parse4(parts[i]);
        if (address == null) {
          return null;
        }
        groups[i] = (int) (address[0] >>> 48);
        groups[i + 1] = (int) (address[0] >>> 32) & 0xffff;
      } else {
        groups[i] = number(parts[i], 16, 0xffff);
        if (groups[i] < 0) {
          return null;
        }
      }
    }
    return groups;
  }

  static String format(Prefix prefix) {
    String address = prefix.six() ? format6(prefix) : format4(prefix.address4());
    return prefix.isAddress() ? address : address + "/" + prefix.length();
  }

  private static String format4(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  private static String format6(Prefix prefix) {
    int start = -1;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(prefix, end) == 0) {
        end++;
      }
      if (end - i > longest) {
        longest = end - i;
        start = i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += longest - 1;
        continue;
      }
      if (i > 0 && (start < 0 || i != start + longest)) {
        text.append(':');
      }
      text.append(Integer.toHexString(group(prefix, i)));
    }
    return text.toString();
  }

  private static int group(Prefix prefix, int index) {
    long half = index < 4 ? prefix.high() : prefix.low();
    return (int) (half >>> (48 - 16 * (index % 4))) & 0xffff;
  }
}
