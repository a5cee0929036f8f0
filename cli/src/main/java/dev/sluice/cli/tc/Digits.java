package dev.sluice.cli.tc;

/**
 * Reads numbers out of text by the rules of C's {@code strtoul} and {@code strtod}, which tc's
 * grammar rests on: leading blanks and a sign are skipped, {@code 0x} and a leading zero may choose
 * the base, and what follows the number is the caller's.
 */
final class Digits {
  private final String text;
  private int at;

  /** Reads from a place in the text on. */
  Digits(String text, int from) {
    this.text = text;
    this.at = from;
  }

  /** Where the number just read ended, or where it should have started if there was none. */
  int end() {
    return at;
  }

  /** Whether the number just read reached to the end of the text. */
  boolean atEnd() {
    return at == text.length();
  }

  private int skipBlanks(int from) {
    int i = from;
    while (i < text.length() && (text.charAt(i) == ' ' || isControlBlank(text.charAt(i)))) {
      i++;
    }
    return i;
  }

  private static boolean isControlBlank(char c) {
    return c >= '\t' && c <= '\r';
  }

  /**
   * An unsigned number; 0 where there is none, with {@link #end} not moved.
   *
   * @param base 10, 16, or 0 for what the number's beginning says
   * @return the number, as an unsigned 64-bit one; all ones if it is too large
   */
  long unsigned(int base) {
    int i = skipBlanks(at);
    boolean negative = false;
    if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      negative = text.charAt(i) == '-';
      i++;
    }
    int radix = base;
    if ((base == 0 || base == 16) && isHexStart(i)) {
      i += 2;
      radix = 16;
    } else if (base == 0) {
      radix = i < text.length() && text.charAt(i) == '0' ? 8 : 10;
    }
    int first = i;
    long value = 0;
    boolean overflow = false;
    while (i < text.length()) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0 || text.charAt(i) > 'z') {
        break;
      }
      overflow |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, radix)) > 0;
      value = value * radix + digit;
      i++;
    }
    if (i == first) {
      return 0;
    }
    at = i;
    if (overflow) {
      return -1;
    }
    return negative ? -value : value;
  }

  private boolean isHexStart(int i) {
    return i + 2 < text.length()
        && text.charAt(i) == '0'
        && (text.charAt(i + 1) == 'x' || text.charAt(i + 1) == 'X')
        && Character.digit(text.charAt(i + 2), 16) >= 0;
  }

  /** A decimal number; 0 where there is none, with {@link #end} not moved. */
  double decimal() {
    int start = skipBlanks(at);
    if (isHexStart(start)) {
      return unsigned(16);
    }
    int i = start;
    if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    int firstDigit = i;
    i = skipDigits(i);
    int digits = i - firstDigit;
    boolean whole = true;
    if (i < text.length() && text.charAt(i) == '.') {
      int fraction = skipDigits(i + 1);
      digits += fraction - i - 1;
      i = fraction;
      whole = false;
    }
    if (digits == 0) {
      return 0;
    }
    if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      int exponent = i + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
        exponent++;
      }
      int end = skipDigits(exponent);
      if (end > exponent) {
        i = end;
        whole = false;
      }
    }
    at = i;
    if (whole && digits <= 15) {
      return Long.parseLong(text, start, i, 10); // exact, and quicker to start than a double parser
    }
    return Double.parseDouble(text.substring(start, i));
  }

  private int skipDigits(int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  /**
   * A whole word as an unsigned number.
   *
   * @return the number, or −1 if the word is not one or it is above the maximum
   */
  static long unsigned(String word, int base, long maximum) {
    Digits digits = new Digits(word, 0);
    long value = digits.unsigned(base);
    return digits.end() > 0 && digits.atEnd() && value >= 0 && value <= maximum ? value : -1;
  }

  /** A whole word as an unsigned 32-bit number, −1 if it is not one. */
  static long unsigned32(String word, int base) {
    return unsigned(word, base, 0xffff_ffffL);
  }

  /** What {@link #signed32} returns for a word that is not a number. */
  static final long NONE = Long.MIN_VALUE;

  /** A whole word as a signed 32-bit number, {@link #NONE} if it is not one. */
  static long signed32(String word, int base) {
    Digits digits = new Digits(word, 0);
    long value = digits.unsigned(base);
    return digits.end() > 0 && digits.atEnd() && value == (int) value ? value : NONE;
  }
}
