package dev.sluice.cli.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The files of the policies that are to be in place. */
final class FileOptions {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      required = true,
      arity = "1..*",
      description = "Files with policies.")
  private final List<Path> files = new ArrayList<>();

  PolicyFiles read() {
    return PolicyFiles.read(files);
  }
}
