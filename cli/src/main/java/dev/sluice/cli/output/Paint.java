package dev.sluice.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Colours, where they are wanted. */
public enum Paint {
  /** Text as it is. */
  NONE,
  /** Text between the terminal's escape sequences. */
  ANSI;

  /**
   * What suits standard output: colours on a terminal, unless {@code NO_COLOR} is set to anything.
   */
  public static Paint automatic() {
    String forbidden = System.getenv("NO_COLOR");
    boolean allowed = forbidden == null || forbidden.isEmpty();
    return allowed && isTerminal(1) ? ANSI : NONE;
  }

  /**
   * Whether a file descriptor of this process is a terminal. Asking {@link System#console} would
   * load a terminal library first.
   */
  public static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** Something that stands out. */
  public String bold(String text) {
    return wrap("1", text);
  }

  /** Something that stands back. */
  public String dim(String text) {
    return wrap("2", text);
  }

  /** Something that is well. */
  public String good(String text) {
    return wrap("32", text);
  }

  /** Something that is not well. */
  public String bad(String text) {
    return wrap("31", text);
  }

  /** Something that is not known. */
  public String unsure(String text) {
    return wrap("33", text);
  }

  private String wrap(String code, String text) {
    return this == NONE ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
