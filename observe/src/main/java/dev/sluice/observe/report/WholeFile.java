package dev.sluice.observe.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that are there whole or not at all. A link stays one: what it points at is replaced.
 */
final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file.
   *
   * @throws IOException if it cannot be written there, or what is there is no ordinary file: moving
   *     over a device or a pipe would take it away
   */
  static void write(Path target, byte[] bytes) throws IOException {
    boolean exists = Files.exists(target);
    if (exists && !Files.isRegularFile(target)) {
      throw new IOException(target + " is not an ordinary file: a report cannot be written there");
    }
    Path absolute = exists ? target.toRealPath() : target.toAbsolutePath();
    // Not a temporary file: those are for their maker's eyes only.
    Path unfinished =
        absolute.resolveSibling(
            "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      Files.write(unfinished, bytes, StandardOpenOption.CREATE_NEW);
      Files.move(unfinished, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
