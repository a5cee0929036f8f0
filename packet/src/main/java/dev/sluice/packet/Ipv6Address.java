package dev.sluice.packet;

import java.util.ArrayList;
import java.util.List;

/**
 * An IPv6 address.
 *
 * @param high its upper 64 bits
 * @param low its lower 64 bits
 */
public record Ipv6Address(long high, long low) implements IpAddress {
  private static final int GROUPS = 8;

  /**
   * Reads an address such as {@code 2001:db8::1} or {@code ::ffff:10.0.0.1}, without a zone.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Ipv6Address parse(String text) {
    int gap = text.indexOf("::");
    List<Integer> before = groups(text, gap < 0 ? text : text.substring(0, gap));
    List<Integer> after = gap < 0 ? List.of() : groups(text, text.substring(gap + 2));
    int missing = GROUPS - before.size() - after.size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      throw notAnAddress(text);
    }
    List<Integer> all = new ArrayList<>(before);
    for (int i = 0; i < missing; i++) {
      all.add(0);
    }
    all.addAll(after);
    long high = 0;
    long low = 0;
    for (int i = 0; i < GROUPS / 2; i++) {
      high = high << 16 | all.get(i);
      low = low << 16 | all.get(i + GROUPS / 2);
    }
    return new Ipv6Address(high, low);
  }

  private static List<Integer> groups(String whole, String part) {
    List<Integer> groups = new ArrayList<>();
    if (part.isEmpty()) {
      return groups;
    }
    // A negative limit keeps empty groups, which are refused below.
    String[] pieces = part.split(":", -1);
    for (int i = 0; i < pieces.length; i++) {
      String piece = pieces[i];
      if (i == pieces.length - 1 && piece.indexOf('.') >= 0 && whole.endsWith(piece)) {
        int bits = Ipv4Address.parse(piece).bits();
        groups.add(bits >>> 16);
        groups.add(bits & 0xffff);
      } else if (piece.matches("\\p{XDigit}{1,4}")) {
        groups.add(Integer.parseInt(piece, 16));
      } else {
        throw notAnAddress(whole);
      }
    }
    return groups;
  }

  private static IllegalArgumentException notAnAddress(String text) {
    return new IllegalArgumentException("not an IPv6 address: " + text);
  }

  /** The address as RFC 5952 writes it: the longest run of zeros left out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(39);
    appendTo(text, high, low);
    return text.toString();
  }

  /** Appends the address with these bits to a text. */
  static void appendTo(StringBuilder text, long high, long low) {
    int gap = -1;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && group(high, low, i + run) == 0) {
        run++;
      }
      if (run > longest) {
        gap = i;
        longest = run;
      }
      i += run;
    }
    boolean mapped = high == 0 && low >>> 32 == 0xffff;
    int last = mapped ? GROUPS - 2 : GROUPS;
    for (int i = 0; i < last; i++) {
      if (i == gap) {
        text.append("::");
        i += longest - 1;
        continue;
      }
      text.append(Integer.toHexString(group(high, low, i)));
      if (i + 1 < GROUPS && i + 1 != gap) {
        text.append(':');
      }
    }
    if (mapped) {
      Ipv4Address.appendTo(text, (int) low);
    }
  }

  private static int group(long high, long low, int index) {
    long half = index < GROUPS / 2 ? high : low;
    return (int) (half >>> 16 * (GROUPS / 2 - 1 - index % (GROUPS / 2))) & 0xffff;
  }
}
