package dev.sluice.cli.tc;

import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * iproute2's own tc, to compare with: the program named by the environment variable {@code
 * SLUICE_TC_WITNESS}, or {@code tc} on the path, if it is of 6.15 or later.
 */
final class Witness {
  private final String program;

  private Witness(String program) {
    this.program = program;
  }

  /** The witness, if there is one that prints as Sluice does. */
  static Optional<Witness> find() throws IOException, InterruptedException {
    String named = System.getenv("SLUICE_TC_WITNESS");
    List<String> candidates = new ArrayList<>();
    if (named != null) {
      candidates.add(named);
    } else {
      for (String folder : System.getenv("PATH").split(":", -1)) {
        candidates.add(folder + "/tc");
      }
    }
    for (String candidate : candidates) {
      if (Files.isExecutable(Path.of(candidate)) && isNewEnough(candidate)) {
        return Optional.of(new Witness(candidate));
      }
    }
    return Optional.empty();
  }

  private static boolean isNewEnough(String program) throws IOException, InterruptedException {
    String version = run(List.of(program, "-V"), "").out();
    int at = version.indexOf("iproute2-");
    if (at < 0) {
      return false;
    }
    String[] numbers = version.substring(at + "iproute2-".length()).split("[^0-9]+", 3);
    int major = Integer.parseInt(numbers[0]);
    return major > 6 || (major == 6 && Integer.parseInt(numbers[1]) >= 15);
  }

  /** Runs it in a namespace. */
  Run run(NetworkNamespace namespace, String input, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("nsenter");
    command.add("--net=" + namespace.path());
    command.add(program);
    command.addAll(List.of(words));
    return run(command, input);
  }

  private static Run run(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended without reading everything
    }
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    String out = text(process.getInputStream());
    int code = process.waitFor();
    return new Run(code, out, err.join());
  }

  private static String text(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return program;
  }
}
