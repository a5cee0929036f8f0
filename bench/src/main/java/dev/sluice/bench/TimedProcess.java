package dev.sluice.bench;

import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A command that is run to its end in a network namespace and timed from outside. */
public final class TimedProcess {
  private TimedProcess() {}

  /**
   * Runs a command.
   *
   * @param namespace where: a process starts in the namespace of the thread that starts it
   * @param command its words
   * @return how long it took from before its start until after its end, in seconds
   * @throws IllegalStateException if it fails, with what it said
   */
  public static double run(NetworkNamespace namespace, List<String> command) {
    return namespace.call(() -> run(command));
  }

  private static double run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("sluice-bench", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      long start = System.nanoTime();
      int code = builder.start().waitFor();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (code != 0) {
        throw new IllegalStateException(
            "%s: exit code %d: %s"
                .formatted(String.join(" ", command), code, Files.readString(said).strip()));
      }
      return seconds;
    } finally {
      Files.delete(said);
    }
  }

  /** The first line that a command prints, empty if it cannot be run. */
  public static String firstLine(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      process.waitFor();
      return said.lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
