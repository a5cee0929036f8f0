package dev.sluice.cli.simulation;

import dev.sluice.datapath.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a command: what is written must be neither read nor written twice. */
final class OutputFiles {
  private record Named(String option, Path file) {}

  private final List<Named> files = new ArrayList<>();

  /** Notes a file that is read; null for none. */
  void reads(String option, @Nullable Path file) {
    if (file != null) {
      files.add(new Named(option, file));
    }
  }

  /**
   * Checks a file that is to be written; null for none.
   *
   * @throws InvalidInput if it cannot be written there, or is one of the others
   */
  void writes(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw invalid("there is no folder for " + option + " " + file);
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw invalid("expected an ordinary file behind " + option + ", found " + kind(file));
    }
    for (Named other : files) {
      if (isSame(other.file(), file)) {
        throw invalid(
            option + " would write over the file of " + other.option() + ", " + other.file());
      }
    }
    requireWritable(option, file, parent);
    files.add(new Named(option, file));
  }

  private static void requireWritable(String option, Path file, Path parent) {
    if (!Files.isWritable(parent)) {
      throw invalid("no permission to write " + option + " " + file);
    }
  }

  /** Checks a folder that is to be written into; null for none. */
  void writesInto(String option, @Nullable Path folder) {
    if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
      throw invalid("expected a folder behind " + option + ", found " + kind(folder));
    }
  }

  private static String kind(Path file) {
    return (Files.isDirectory(file)
            ? "the folder "
            : Files.isRegularFile(file) ? "the file " : "a device or pipe: ")
        + file;
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other)
          ? Files.isSameFile(one, other)
          : one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    } catch (IOException e) {
      return false;
    }
  }

  private static InvalidInput invalid(String problem) {
    return new InvalidInput("command line", 0, 0, problem);
  }
}
