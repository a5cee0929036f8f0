package dev.sluice.observe.report;

import java.io.IOException;
import java.nio.file.FileSystemException;
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
  static void write(Path wish, byte[] bytes) throws IOException {
    boolean exists = Files.exists(wish);
    if (exists && !Files.isRegularFile(wish)) {
      throw new IOException(wish + " is not an ordinary file: no report can be written there");
    }
    Path target = exists ? wish.toRealPath() : wish.toAbsolutePath();
    // Not a temporary file: those are for their maker's eyes only.
    Path unfinished =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      unfinished.toFile().deleteOnExit();
      Files.write(unfinished, bytes, StandardOpenOption.CREATE_NEW);
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // Such as that there is no space left, which does not tell where.
      FileSystemException named = new FileSystemException(wish.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
