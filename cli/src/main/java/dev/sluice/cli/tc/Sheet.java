package dev.sluice.cli.tc;

import java.io.PrintStream;

/**
 * Where listings are written: as text, or with {@code -json} as JSON laid out as iproute2's {@code
 * lib/json_writer.c} does it, so that both are the same byte for byte.
 *
 * <p>Most things are said once for both, with {@code field}: the key is JSON's, what stands around
 * the value is text's.
 */
final class Sheet {
  private static final int ENOUGH = 1 << 15;

  private final StringBuilder text = new StringBuilder(1024);
  private final PrintStream out;
  private final Options options;
  private final boolean json;
  private int depth;
  private boolean another;

  Sheet(PrintStream out, Options options) {
    this.out = out;
    this.options = options;
    this.json = options.json;
  }

  Options options() {
    return options;
  }

  boolean isJson() {
    return json;
  }

  /** Begins a listing. */
  void open() {
    if (json) {
      beginArray();
    }
  }

  /** Ends a listing and prints what is left of it. */
  void close() {
    if (json) {
      endArray();
      text.append('\n');
      another = false;
    }
    flush();
  }

  /** Prints what has gathered, if it is much. */
  void flushIfLong() {
    if (text.length() > ENOUGH) {
      flush();
    }
  }

  void flush() {
    out.append(text);
    out.flush();
    text.setLength(0);
  }

  /** Something that only text has. */
  void text(String words) {
    if (!json) {
      text.append(words);
    }
  }

  /** Ends a line of text; with {@code -oneline}, by a backslash. */
  void line() {
    if (!json) {
      text.append(options.oneLine ? '\\' : '\n');
    }
  }

  void field(String key, String before, String value, String after) {
    if (json) {
      name(key);
      string(value);
    } else {
      text.append(before).append(value).append(after);
    }
  }

  /** A number, unsigned. */
  void field(String key, String before, long value, String after) {
    if (json) {
      name(key);
      another = true;
      text.append(value);
    } else {
      text.append(before).append(value).append(after);
    }
  }

  /** A number in JSON, its own wording in text. */
  void field(String key, long value, String before, String wording, String after) {
    if (json) {
      name(key);
      another = true;
      text.append(Long.toUnsignedString(value));
    } else {
      text.append(before).append(wording).append(after);
    }
  }

  /** Something that only JSON has. */
  void jsonField(String key, long value) {
    if (json) {
      name(key);
      another = true;
      text.append(value);
    }
  }

  /** A truth, which text says with words of its own. */
  void truth(String key, boolean value, String words) {
    if (json) {
      name(key);
      another = true;
      text.append(value);
    } else {
      text.append(words);
    }
  }

  /** A key without a value. */
  void nothing(String key, String words) {
    if (json) {
      name(key);
      another = true;
      text.append("null");
    } else {
      text.append(words);
    }
  }

  /** A value without a key: an array's element, and, as iproute2 has it, once an object's. */
  void element(String value, String words) {
    if (json) {
      string(value);
    } else {
      text.append(words);
    }
  }

  /** A number as an array's element. */
  void element(long value, String before) {
    if (json) {
      separate();
      text.append(value);
    } else {
      text.append(before).append(value);
    }
  }

  /** A device's name, in colour where that is asked for. */
  void device(String name) {
    if (json) {
      name("dev");
      string(name);
    } else if (options.color) {
      text.append("dev \u001b[36m").append(name).append(" \u001b[0m");
    } else {
      text.append("dev ").append(name).append(' ');
    }
  }

  void beginObject() {
    if (json) {
      begin('{');
    }
  }

  void beginObject(String key) {
    if (json) {
      name(key);
      another = false;
      begin('{');
    }
  }

  void endObject() {
    if (json) {
      end('}');
    }
  }

  void beginArray(String key) {
    if (json) {
      name(key);
      another = false;
      beginArray();
    }
  }

  private void beginArray() {
    begin('[');
    if (options.pretty) {
      text.append(' ');
    }
  }

  void endArray() {
    if (json) {
      if (options.pretty && another) {
        text.append(' ');
      }
      another = false;
      end(']');
    }
  }

  private void begin(char bracket) {
    separate();
    text.append(bracket);
    depth++;
    another = false;
  }

  private void end(char bracket) {
    depth--;
    if (another) {
      lineUp();
    }
    text.append(bracket);
    another = true;
  }

  private void separate() {
    if (another) {
      text.append(',');
    }
    another = true;
  }

  private void lineUp() {
    if (options.pretty) {
      text.append('\n');
      for (int i = 0; i < depth; i++) {
        text.append("    ");
      }
    }
  }

  private void name(String key) {
    separate();
    lineUp();
    another = false;
    quote(key);
    text.append(options.pretty ? ": " : ":");
  }

  private void string(String value) {
    separate();
    quote(value);
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\f' -> text.append("\\f");
        case '\b' -> text.append("\\b");
        case '\\' -> text.append("\\\\");
        case '"' -> text.append("\\\"");
        default -> text.append(c);
      }
    }
    text.append('"');
  }
}
