package dev.sluice.bench.java;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.elf.ElfObject;
import java.io.IOException;
import java.io.InputStream;

/** The object files that {@code bench/clang/build} made: one program each, and its maps. */
final class CObject {
  private CObject() {}

  /** The object that was made of the source with this name. */
  static ObjectSpec read(String name) {
    String file = name + ".o";
    try (InputStream in = CObject.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("bench/clang/build did not make " + file);
      }
      return ElfObject.parse(file, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(file + " can't be read", e);
    }
  }
}
