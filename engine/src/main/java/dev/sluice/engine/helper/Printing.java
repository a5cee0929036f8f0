package dev.sluice.engine.helper;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.engine.vm.Execution;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Helpers that print and compare text ({@code kernel/trace/bpf_trace.c}). */
final class Printing {
  private static final int LONGEST_LINE = 1023;
  private static final int MOST_VALUES = 12;

  private Printing() {}

  static void addTo(Map<HelperFunction, Helper> helpers) {
    helpers.put(HelperFunction.TRACE_PRINTK, Printing::trace);
    helpers.put(HelperFunction.TRACE_VPRINTK, Printing::traceValues);
    helpers.put(HelperFunction.SNPRINTF, Printing::print);
    helpers.put(HelperFunction.STRNCMP, Printing::compare);
  }

  /** {@code bpf_trace_printk}: up to three values. */
  static long trace(Execution x, long format, long size, long one, long two, long three) {
    return emit(x, format, (int) size, new long[] {one, two, three}, 3);
  }

  /** {@code bpf_trace_vprintk}: up to twelve values in an array. */
  static long traceValues(Execution x, long format, long size, long data, long bytes, long r5) {
    if (isNoArray(data, bytes)) {
      return Failure.EINVAL;
    }
    int count = (int) bytes / 8;
    return emit(x, format, (int) size, values(x, data, count), count);
  }

  private static long emit(Execution x, long format, int size, long[] values, int count) {
    int from = x.locate(format, size);
    StringBuilder text = new StringBuilder();
    long problem = PrintFormat.print(x, x.located, from, size, values, count, text);
    if (problem != 0) {
      return problem;
    }
    int length = text.length();
    text.setLength(Math.min(length, LONGEST_LINE));
    if (!text.isEmpty() && text.charAt(text.length() - 1) == '\n') {
      text.setLength(text.length() - 1);
    }
    x.surroundings().trace(text.toString());
    return length;
  }

  /** {@code bpf_snprintf}: the length with the 0 behind, whether or not there is room for it. */
  static long print(Execution x, long to, long size, long format, long data, long bytes) {
    if (isNoArray(data, bytes)) {
      return Failure.EINVAL;
    }
    int count = (int) bytes / 8;
    long[] values = values(x, data, count);
    int length = lengthOf(x, format);
    int from = x.locate(format, length);
    StringBuilder text = new StringBuilder();
    long problem = PrintFormat.print(x, x.located, from, length, values, count, text);
    if (problem != 0) {
      return problem;
    }
    int room = (int) size;
    if (room > 0) {
      int at = x.locate(to, room);
      byte[] printed = text.toString().getBytes(StandardCharsets.ISO_8859_1);
      int fits = Math.min(printed.length, room - 1);
      System.arraycopy(printed, 0, x.located, at, fits);
      x.located[at + fits] = 0;
    }
    return text.length() + 1L;
  }

  /** {@code bpf_strncmp}. */
  static long compare(Execution x, long one, long size, long other, long r4, long r5) {
    int count = (int) size;
    int otherSize = Math.min(count, lengthOf(x, other));
    int otherAt = x.locate(other, otherSize);
    byte[] otherMemory = x.located;
    int oneAt = x.locate(one, count);
    byte[] memory = x.located;
    for (int i = 0; i < count; i++) {
      int a = memory[oneAt + i] & 0xff;
      int b = i < otherSize ? otherMemory[otherAt + i] & 0xff : 0;
      if (a != b) {
        return a < b ? -1 : 1;
      }
      if (a == 0) {
        break;
      }
    }
    return 0;
  }

  private static boolean isNoArray(long data, long bytes) {
    return (bytes & 7) != 0
        || Long.compareUnsigned(bytes & 0xffff_ffffL, 8 * MOST_VALUES) > 0
        || (bytes != 0 && data == 0);
  }

  private static long[] values(Execution x, long data, int count) {
    long[] values = new long[count];
    if (count > 0) {
      int at = x.locate(data, 8 * count);
      for (int i = 0; i < count; i++) {
        long low = PacketFacts.readInt(x.located, at + 8 * i) & 0xffff_ffffL;
        values[i] = low | ((long) PacketFacts.readInt(x.located, at + 8 * i + 4) << 32);
      }
    }
    return values;
  }

  /** Bytes of a string up to and with its 0, which the verifier made sure of. */
  private static int lengthOf(Execution x, long string) {
    int length = 0;
    while (true) {
      int at = x.locate(string + length, 1);
      length++;
      if (x.located[at] == 0) {
        return length;
      }
    }
  }
}
