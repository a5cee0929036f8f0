package dev.sluice.bpf.elf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The object files beside this class; {@code build} there makes them. */
final class ObjectFile {
  /** Those that can be read. */
  static final List<String> GOOD =
      List.of("count.o", "sections.o", "plain.o", "maps.o", "packet.o", "faulty.o");

  private ObjectFile() {}

  static byte[] read(String name) {
    try (InputStream in = ObjectFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
