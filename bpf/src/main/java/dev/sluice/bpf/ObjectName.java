package dev.sluice.bpf;

/** The names the kernel takes for maps and programs ({@code bpf_obj_name_cpy} in syscall.c). */
public final class ObjectName {
  /** Longest name, in characters: {@code BPF_OBJ_NAME_LEN} less the final NUL. */
  public static final int MAX_LENGTH = 15;

  private ObjectName() {}

  /** A name, cut off where the kernel would take no more of it. */
  public static String cut(String name) {
    return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
  }

  /**
   * Gives the name back if the kernel would take it.
   *
   * @throws IllegalArgumentException naming the first thing that is wrong with it
   */
  static String check(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%s name '%s' has %d characters: it must have 1 to %d"
              .formatted(what, name, name.length(), MAX_LENGTH));
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isNameCharacter(name.charAt(i))) {
        throw new IllegalArgumentException(
            "%s name '%s' has '%c' at position %d: only A-Z, a-z, 0-9, '_' and '.' are allowed"
                .formatted(what, name, name.charAt(i), i));
      }
    }
    return name;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.';
  }
}
