package dev.sluice.cli.demo;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.cli.prog.ProgramSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the example programs that come with Sluice. */
final class Example {
  private static final String FOLDER = "/dev/sluice/cli/examples/";

  private Example() {}

  /** The example {@code examples/FILE}. */
  static ObjectSpec read(String file) {
    try (InputStream in = Example.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("this build of sluice lacks its example " + file);
      }
      return ProgramSource.read(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
