package dev.sluice.bpf;

/** C identifiers, the names that BTF takes for types, fields and functions. */
public final class Identifier {
  /** Longest name, in characters: {@code KSYM_NAME_LEN} of the kernel less the final NUL. */
  public static final int MAX_LENGTH = 511;

  private Identifier() {}

  /** Whether this is an ASCII letter or underscore, followed by such and digits. */
  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || !isStart(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      if (!isPart(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static boolean isPart(char c) {
    return isStart(c) || (c >= '0' && c <= '9');
  }
}
