package dev.sluice.packet.capture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;

/**
 * A file that is written beside its target and takes its place when it is whole, or is removed. A
 * target whose name ends in {@code .gz} is compressed. A link stays one: what it points at is
 * replaced.
 */
final class UnfinishedFile implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path unfinished;
  private final OutputStream out;
  private boolean finished;
  private boolean closed;

  /**
   * Begins a file.
   *
   * @throws IOException if it cannot be written there, or what is there is no ordinary file: moving
   *     over a device or a pipe would take it away
   */
  UnfinishedFile(Path wish) throws IOException {
    boolean exists = Files.exists(wish);
    if (exists && !Files.isRegularFile(wish)) {
      throw new IOException(wish + " is not an ordinary file: packets cannot be written there");
    }
    target = exists ? wish.toRealPath() : wish.toAbsolutePath();
    // Not a temporary file: those are for their maker's eyes only.
    unfinished =
        target.resolveSibling(
            ".%s.%x.part".formatted(target.getFileName(), ThreadLocalRandom.current().nextLong()));
    // Somebody may end the program meanwhile.
    unfinished.toFile().deleteOnExit();
    OutputStream file =
        Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      boolean packed = target.toString().endsWith(".gz");
      out = new BufferedOutputStream(packed ? new GZIPOutputStream(file, BUFFER) : file, BUFFER);
    } catch (IOException | RuntimeException e) {
      file.close();
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  /** What is written to. */
  OutputStream out() {
    return out;
  }

  /** All is written: closing puts the file in its place. */
  void finish() {
    finished = true;
  }

  /** Puts a finished file in its place, and removes one that is not. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      out.close();
      if (finished) {
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
