package dev.sluice.engine.helper;

import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text with values in it, by the rules of {@code bpf_bprintf_prepare} in {@code
 * kernel/bpf/helpers.c}: {@code %d %i %u %x %X} with {@code l} and {@code ll}, {@code %c}, {@code
 * %s}, {@code %p}, {@code %pI4 %pi4 %pI6 %pi6} and their kin; flags {@code 0 + -} and space, and a
 * width.
 *
 * <p>Addresses are numbers of the engine's own: {@code %p} and those for symbols print them in
 * hexadecimal.
 */
final class PrintFormat {
  private static final int LONGEST_STRING = 1023;

  private final Execution execution;
  private final byte[] format;
  private final int end;
  private final long[] values;
  private final int valueCount;
  private final StringBuilder text = new StringBuilder();
  private int at;
  private int used;

  private PrintFormat(Execution execution, byte[] format, int from, int end, long[] values, int n) {
    this.execution = execution;
    this.format = format;
    this.end = end;
    this.values = values;
    valueCount = n;
    at = from;
  }

  /**
   * Prints values into a format.
   *
   * @param format the array with the format
   * @param from where it begins
   * @param size how many bytes there are of it; it ends before the first 0
   * @param values what to print
   * @param count how many of them there are
   * @param out where the text goes
   * @return 0, or a negative error number if the format breaks a rule
   */
  static long print(
      Execution execution,
      byte[] format,
      int from,
      int size,
      long[] values,
      int count,
      StringBuilder out) {
    int end = from;
    while (end < from + size && format[end] != 0) {
      end++;
    }
    if (end == from + size) {
      return Failure.EINVAL;
    }
    PrintFormat print = new PrintFormat(execution, format, from, end, values, count);
    if (!print.run()) {
      return Failure.EINVAL;
    }
    out.append(print.text);
    return 0;
  }

  private boolean run() {
    while (at < end) {
      int c = format[at];
      if (c < 0 || (!isPrintable(c) && !isSpace(c))) {
        return false;
      }
      if (c != '%') {
        text.append((char) c);
        at++;
      } else if (charAt(at + 1) == '%') {
        text.append('%');
        at += 2;
      } else if (used >= valueCount || !conversion()) {
        return false;
      }
    }
    return true;
  }

  /** One conversion, {@link #at} its percent sign. */
  private boolean conversion() {
    at++;
    boolean zero = false;
    boolean plus = false;
    boolean space = false;
    boolean left = false;
    while ("0+- ".indexOf(charAt(at)) >= 0) {
      switch (charAt(at)) {
        case '0' -> zero = true;
        case '+' -> plus = true;
        case '-' -> left = true;
        default -> space = true;
      }
      at++;
    }
    int width = 0;
    while (charAt(at) >= '0' && charAt(at) <= '9') {
      width = Math.min(10 * width + charAt(at) - '0', LONGEST_STRING);
      at++;
    }
    String shown;
    switch (charAt(at)) {
      case 'p' -> {
        String address = pointer();
        if (address == null) {
          return false;
        }
        shown = address;
        zero = false;
      }
      case 's' -> {
        at++;
        if (!endsWord(at)) {
          return false;
        }
        shown = string(values[used]);
        zero = false;
      }
      case 'c' -> {
        at++;
        shown = String.valueOf((char) (values[used] & 0xff));
        zero = false;
      }
      default -> {
        String number = number(plus, space);
        if (number == null) {
          return false;
        }
        shown = number;
      }
    }
    used++;
    pad(shown, width, left, zero);
    return true;
  }

  private void pad(String shown, int width, boolean left, boolean zero) {
    int missing = Math.max(0, width - shown.length());
    if (left) {
      text.append(shown).repeat(' ', missing);
    } else if (zero) {
      boolean signed = !shown.isEmpty() && "+- ".indexOf(shown.charAt(0)) >= 0;
      text.append(shown, 0, signed ? 1 : 0).repeat('0', missing);
      text.append(shown, signed ? 1 : 0, shown.length());
    } else {
      text.repeat(' ', missing).append(shown);
    }
  }

  /** A number; null if there is no such conversion. */
  private @Nullable String number(boolean plus, boolean space) {
    int longs = 0;
    while (longs < 2 && charAt(at) == 'l') {
      longs++;
      at++;
    }
    long value = values[used];
    char kind = charAt(at);
    at++;
    boolean wide = longs > 0;
    return switch (kind) {
      case 'd', 'i' -> {
        String digits = Long.toString(wide ? value : (int) value);
        yield digits.startsWith("-") ? digits : plus ? "+" + digits : space ? " " + digits : digits;
      }
      case 'u' -> Long.toUnsignedString(wide ? value : value & 0xffff_ffffL);
      case 'x' -> Long.toHexString(wide ? value : value & 0xffff_ffffL);
      case 'X' -> Long.toHexString(wide ? value : value & 0xffff_ffffL).toUpperCase(Locale.ROOT);
      default -> null;
    };
  }

  /** What an address stands for; null if there is no such conversion. */
  private @Nullable String pointer() {
    long value = values[used];
    char kind = charAt(at + 1);
    char next = charAt(at + 2);
    if ((kind == 'k' || kind == 'u') && next == 's') {
      at += 3;
      return endsWord(at) ? string(value) : null;
    }
    if (endsWord(at + 1)) {
      at++;
      return "%016x".formatted(value);
    }
    if ("KxsSB".indexOf(kind) >= 0) {
      skipWord(at + 2);
      return kind == 'x' || kind == 'K' ? "%016x".formatted(value) : "0x%x".formatted(value);
    }
    if ((kind != 'i' && kind != 'I') || (next != '4' && next != '6')) {
      return null;
    }
    skipWord(at + 3);
    return address(value, next == '4' ? 4 : 16, kind == 'I');
  }

  /** The kernel takes all letters and digits behind {@code %p} for a part of it. */
  private void skipWord(int from) {
    at = from;
    while (at < end && Character.isLetterOrDigit(charAt(at))) {
      at++;
    }
  }

  private String address(long value, int size, boolean plain) {
    byte[] memory = new byte[size];
    try {
      int from = execution.locate(value, size);
      System.arraycopy(execution.located, from, memory, 0, size);
    } catch (Fault unreadable) {
      // The kernel prints zeros for what it cannot read.
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < size; i++) {
      int value8 = memory[i] & 0xff;
      if (size == 4) {
        shown.append(i == 0 ? "" : ".").append((plain ? "%d" : "%03d").formatted(value8));
      } else {
        shown.append(plain && i > 0 && i % 2 == 0 ? ":" : "").append("%02x".formatted(value8));
      }
    }
    return shown.toString();
  }

  /** The string at an address; empty where it cannot be read, as the kernel has it. */
  private String string(long address) {
    StringBuilder shown = new StringBuilder();
    try {
      for (int i = 0; i < LONGEST_STRING; i++) {
        int from = execution.locate(address + i, 1);
        int c = execution.located[from] & 0xff;
        if (c == 0) {
          break;
        }
        shown.append((char) c);
      }
    } catch (Fault unreadable) {
      return "";
    }
    return shown.toString();
  }

  private char charAt(int index) {
    return index < end ? (char) (format[index] & 0xff) : 0;
  }

  private boolean endsWord(int index) {
    char c = charAt(index);
    return c == 0 || isSpace(c) || (isPrintable(c) && !Character.isLetterOrDigit(c));
  }

  private static boolean isPrintable(int c) {
    return c >= ' ' && c < 0x7f;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
