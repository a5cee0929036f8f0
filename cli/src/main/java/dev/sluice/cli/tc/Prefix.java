package dev.sluice.cli.tc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An IP address with the length of its prefix, read as iproute2 reads it: {@code 10.8} is 10.8.0.0,
 * numbers may be hexadecimal or octal, and {@code any}, {@code all} and {@code default} have length
 * 0.
 *
 * @param words the address in 32-bit words, one for IPv4 and four for IPv6
 * @param length bits that count
 */
record Prefix(List<Integer> words, int length) {
  /** An IPv4 prefix, null if the word is none. The mask may also be written as an address. */
  static @Nullable Prefix ipv4(String word) {
    int slash = word.indexOf('/');
    String address = slash < 0 ? word : word.substring(0, slash);
    if (isEverything(address)) {
      return slash < 0 ? new Prefix(List.of(0), 0) : null;
    }
    long value = address4(address);
    if (value < 0) {
      return null;
    }
    int length = slash < 0 ? 32 : length(word.substring(slash + 1), 32);
    return length < 0 ? null : new Prefix(List.of((int) value), length);
  }

  /** An IPv6 prefix, null if the word is none. */
  static @Nullable Prefix ipv6(String word) {
    int slash = word.indexOf('/');
    String address = slash < 0 ? word : word.substring(0, slash);
    if (isEverything(address)) {
      return slash < 0 ? new Prefix(List.of(0, 0, 0, 0), 0) : null;
    }
    List<Integer> words = address6(address);
    if (words == null) {
      return null;
    }
    int length = slash < 0 ? 128 : length(word.substring(slash + 1), 128);
    return length < 0 ? null : new Prefix(words, length);
  }

  private static boolean isEverything(String address) {
    return address.equals("any") || address.equals("all") || address.equals("default");
  }

  private static int length(String word, int most) {
    long length = Digits.unsigned(word, 0, most);
    if (length >= 0) {
      return (int) length;
    }
    long mask = word.indexOf(':') >= 0 ? -1 : address4(word);
    if (mask < 0 || isNumber(word)) {
      return -1;
    }
    int host = ~(int) mask;
    return (host & (host + 1)) == 0 ? Integer.bitCount((int) mask) : -1;
  }

  private static boolean isNumber(String word) {
    return Digits.unsigned(word, 0, Long.MAX_VALUE) >= 0;
  }

  private static long address4(String word) {
    long address = 0;
    int from = 0;
    for (int part = 0; part < 4; part++) {
      Digits digits = new Digits(word, from);
      long value = digits.unsigned(0);
      if (digits.end() == from || Long.compareUnsigned(value, 255) > 0) {
        return -1;
      }
      address |= value << (24 - 8 * part);
      if (digits.atEnd()) {
        return address;
      }
      if (word.charAt(digits.end()) != '.') {
        return -1;
      }
      from = digits.end() + 1;
    }
    return -1;
  }

  /** The words of an address in the form that {@code inet_pton} takes; null if it is not one. */
  private static @Nullable List<Integer> address6(String word) {
    int[] groups = new int[8];
    int count = 0;
    int gap = -1;
    int at = 0;
    if (word.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < word.length()) {
      int end = at;
      while (end < word.length() && word.charAt(end) != ':' && word.charAt(end) != '.') {
        end++;
      }
      if (end < word.length() && word.charAt(end) == '.') {
        long address = dottedQuad(word.substring(at));
        if (address < 0 || count > 6) {
          return null;
        }
        groups[count++] = (int) (address >>> 16);
        groups[count++] = (int) (address & 0xffff);
        break;
      }
      if (count == 8 || end == at || end - at > 4 || !isHex(word, at, end)) {
        return null;
      }
      groups[count++] = Integer.parseInt(word, at, end, 16);
      if (end == word.length()) {
        break;
      }
      at = end + 1;
      if (at == word.length()) {
        return null; // ends with a single colon
      }
      if (word.charAt(at) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = count;
        at++;
      }
    }
    if (gap < 0 ? count != 8 : count > 7) {
      return null;
    }
    return words(groups, count, gap);
  }

  private static List<Integer> words(int[] groups, int count, int gap) {
    int[] words = new int[4];
    int behind = gap < 0 ? 0 : count - gap;
    for (int i = 0; i < count; i++) {
      int place = gap < 0 || i < gap ? i : 8 - behind + (i - gap);
      words[place / 2] |= groups[i] << (place % 2 == 0 ? 16 : 0);
    }
    return List.of(words[0], words[1], words[2], words[3]);
  }

  private static boolean isHex(String word, int from, int to) {
    for (int i = from; i < to; i++) {
      if (word.charAt(i) > 'f' || Character.digit(word.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Four decimal numbers without leading zeros, as an IPv6 address may end with. */
  private static long dottedQuad(String word) {
    long address = 0;
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int end = at;
      int value = 0;
      while (end < word.length() && word.charAt(end) >= '0' && word.charAt(end) <= '9') {
        if ((end > at && value == 0) || end - at == 3) {
          return -1;
        }
        value = value * 10 + word.charAt(end) - '0';
        end++;
      }
      if (end == at
          || value > 255
          || (part < 3 ? !word.startsWith(".", end) : end < word.length())) {
        return -1;
      }
      address = address << 8 | value;
      at = end + 1;
    }
    return address;
  }
}
