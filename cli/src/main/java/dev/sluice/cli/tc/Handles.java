package dev.sluice.cli.tc;

import dev.sluice.datapath.Handle;
import dev.sluice.datapath.tc.U32;
import org.jspecify.annotations.Nullable;

/** How tc writes the names of qdiscs, classes and u32 filters: hexadecimal numbers with colons. */
final class Handles {
  private Handles() {}

  /** A qdisc's name, {@code 1:} or {@code 1}; null if the word is none. */
  static @Nullable Handle qdisc(String word) {
    if (word.equals("none")) {
      return Handle.UNSPECIFIED;
    }
    Digits digits = new Digits(word, 0);
    int major = (int) digits.unsigned(16);
    if (digits.end() == 0 || (major & ~0xffff) != 0) {
      return null;
    }
    // As tc has it, what stands behind the colon is not looked at: 1:2 names the qdisc 1: here.
    return digits.atEnd() || word.charAt(digits.end()) == ':' ? new Handle(major << 16) : null;
  }

  /** A class's name, {@code 1:10}, {@code :5}, {@code root}; null if the word is none. */
  static @Nullable Handle classId(String word) {
    if (word.equals("root")) {
      return Handle.ROOT;
    }
    if (word.equals("none")) {
      return Handle.UNSPECIFIED;
    }
    Digits digits = new Digits(word, 0);
    int major = (int) digits.unsigned(16);
    if (digits.end() == 0 && !word.startsWith(":")) {
      return null;
    }
    if (digits.atEnd()) {
      return new Handle(major); // a bare number is the whole 32 bits
    }
    if (word.charAt(digits.end()) != ':' || (major & ~0xffff) != 0) {
      return null;
    }
    Digits behind = new Digits(word, digits.end() + 1);
    int minor = (int) behind.unsigned(16);
    return behind.atEnd() && (minor & ~0xffff) == 0 ? new Handle(major << 16 | minor) : null;
  }

  /** What {@link #u32} returns for a word that is not a handle. */
  static final long NONE = -1;

  /**
   * A u32 filter's or table's name, {@code TABLE:BUCKET:NODE}, or the whole number after {@code
   * 0x}.
   *
   * @return the 32 bits, or {@link #NONE}
   */
  static long u32(String word) {
    if (word.indexOf(':') < 0) {
      return word.startsWith("0x") ? Digits.unsigned32(word, 16) : NONE;
    }
    long handle = 0;
    int from = 0;
    for (int part = 0; part < 3; part++) {
      Digits digits = new Digits(word, from);
      long value = digits.unsigned(16);
      boolean none = digits.end() == from;
      boolean last = part == 2;
      if (none && from < word.length() && (last || word.charAt(from) != ':')) {
        return NONE;
      }
      if (Long.compareUnsigned(value, part == 1 ? 0xff : 0xfff) > 0) {
        return NONE;
      }
      handle |= value << (part == 0 ? 20 : part == 1 ? 12 : 0);
      if (digits.atEnd()) {
        break;
      }
      from = digits.end() + 1;
    }
    return handle;
  }

  /** A u32 handle as tc prints it: {@code 800:}, {@code 800::800}, {@code 2:7b:801}. */
  static String u32Text(int handle, boolean raw) {
    if (handle == 0) {
      return "none";
    }
    String text = U32.handleText(handle);
    return raw ? text + "[" + hex8(handle) + "]" : text;
  }

  /** Eight hexadecimal digits. */
  static String hex8(int value) {
    return hex(value, 8);
  }

  /** At least so many hexadecimal digits. */
  static String hex(int value, int digits) {
    String hex = Integer.toHexString(value);
    return hex.length() >= digits ? hex : "0".repeat(digits - hex.length()) + hex;
  }
}
