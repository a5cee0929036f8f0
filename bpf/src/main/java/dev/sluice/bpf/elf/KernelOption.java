package dev.sluice.bpf.elf;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A variable that holds how the kernel was configured ({@code __kconfig}; {@code
 * set_kcfg_value_tri} and its neighbours in libbpf).
 *
 * @param name such as {@code CONFIG_HZ}
 * @param form what it holds
 * @param size bytes
 */
record KernelOption(String name, Form form, int size) {
  private static final String TRISTATE = "libbpf_tristate";

  /** What a variable can hold. */
  enum Form {
    /** Whether it is set. */
    BOOLEAN("a bool"),
    /** No, yes, or as a module: {@code enum libbpf_tristate}. */
    TRISTATE("a tristate"),
    /** {@code y}, {@code n} or {@code m}, or a small number. */
    CHARACTER("a char"),
    /** A number. */
    NUMBER("a number"),
    /** A text with a zero behind it. */
    TEXT("a text");

    private final String title;

    Form(String title) {
      this.title = title;
    }
  }

  /** The variable of a type. */
  static KernelOption of(Btf types, String name, int typeId) {
    int id = types.plain(typeId);
    return switch (types.type(id).orElse(null)) {
      case BtfType.Int number when number.bool() ->
          new KernelOption(name, Form.BOOLEAN, number.size());
      case BtfType.Int number when number.size() == 1 -> new KernelOption(name, Form.CHARACTER, 1);
      case BtfType.Int number when number.size() <= Long.BYTES ->
          new KernelOption(name, Form.NUMBER, number.size());
      case BtfType.Enumeration values when values.name().equals(TRISTATE) ->
          new KernelOption(name, Form.TRISTATE, values.size());
      case BtfType.Array array
          when array.count() > 0
              && array.count() <= 4096
              && types.plainType(array.elementId()).orElse(null) instanceof BtfType.Int number
              && number.size() == 1 ->
          new KernelOption(name, Form.TEXT, (int) array.count());
      case null, default ->
          throw new ElfFault(
              place(name),
              "expected bool, enum libbpf_tristate, char, a number or an array of char");
    };
  }

  static String place(String name) {
    return "variable " + name;
  }

  /** The bytes of a value as the configuration writes it. */
  byte[] bytes(String value) {
    return switch (value) {
      case "y" -> ofChoice(value, 1);
      case "n" -> ofChoice(value, 0);
      case "m" -> ofChoice(value, 2);
      default -> value.startsWith("\"") ? ofText(value) : ofNumber(value);
    };
  }

  private byte[] ofChoice(String value, int tristate) {
    return switch (form) {
      case BOOLEAN -> {
        if (tristate > 1) {
          throw mismatch(value);
        }
        yield number(tristate);
      }
      case TRISTATE -> number(tristate);
      case CHARACTER -> number(value.charAt(0));
      case NUMBER, TEXT -> throw mismatch(value);
    };
  }

  private byte[] ofText(String value) {
    if (form != Form.TEXT || value.length() < 2 || !value.endsWith("\"")) {
      throw mismatch(value);
    }
    byte[] text = value.substring(1, value.length() - 1).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[size];
    System.arraycopy(text, 0, bytes, 0, Math.min(text.length, size - 1));
    return bytes;
  }

  private byte[] ofNumber(String value) {
    if (form != Form.NUMBER && form != Form.CHARACTER) {
      throw mismatch(value);
    }
    long number;
    try {
      number = Long.decode(value);
    } catch (NumberFormatException _) {
      throw mismatch(value);
    }
    int bits = size * Byte.SIZE;
    boolean fits = bits == Long.SIZE || (number >= -(1L << (bits - 1)) && number < 1L << bits);
    if (!fits) {
      throw new ElfFault(
          place(name), "the kernel's %s does not fit into %d bytes".formatted(value, size));
    }
    return number(number);
  }

  private byte[] number(long value) {
    byte[] eight =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return Arrays.copyOf(eight, size);
  }

  private ElfFault mismatch(String value) {
    return new ElfFault(
        place(name), "the kernel's value is %s, and it is %s".formatted(value, form.title));
  }
}
