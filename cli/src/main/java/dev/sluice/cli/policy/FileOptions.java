package dev.sluice.cli.policy;

import dev.sluice.datapath.chain.AttachMode;
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

  @Option(
      names = "--mode",
      paramLabel = "auto|tcx|tc",
      description =
          "Where programs go: TCX, the classic hook, or TCX where it is there: the default.")
  private AttachMode mode = AttachMode.AUTO;

  /** The hook that programs go to. */
  AttachMode mode() {
    return mode;
  }

  PolicyFiles read() {
    return PolicyFiles.read(files);
  }
}
