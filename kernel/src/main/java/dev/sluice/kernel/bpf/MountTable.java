package dev.sluice.kernel.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads tables of mounts ({@code /proc/PID/mountinfo}, see {@code proc(5)}). */
final class MountTable {
  private MountTable() {}

  /**
   * Where the file systems of a type are mounted in a process's mount namespace; one that is
   * mounted in several places counts once.
   *
   * @param type such as {@code bpf}
   * @param process {@code self} or a process number
   * @return mount points; none where the table cannot be read
   */
  static List<Path> ofType(String type, String process) {
    List<Path> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc", process, "mountinfo"))) {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - bpf bpf rw
        String[] fields = line.split(" ", -1);
        int separator = List.of(fields).indexOf("-");
        if (separator > 4 && separator + 1 < fields.length && fields[separator + 1].equals(type)) {
          if (seen.add(fields[2] + fields[3])) {
            found.add(Path.of(unescape(fields[4])));
          }
        }
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** Blanks and backslashes are written as three octal digits. */
  private static String unescape(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
