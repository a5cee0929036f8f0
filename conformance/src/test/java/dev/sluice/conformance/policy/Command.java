package dev.sluice.conformance.policy;

import dev.sluice.cli.Main;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The command {@code sluice} as a process of its own, with a BPF file system of its own. */
final class Command implements AutoCloseable {
  private final NetworkNamespace namespace;
  private final Path bpfFileSystem;

  Command(NetworkNamespace namespace, Path folder) {
    this.namespace = namespace;
    bpfFileSystem = folder.resolve("bpf");
    try {
      Files.createDirectory(bpfFileSystem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Output mounted = run(List.of("mount", "-t", "bpf", "bpf", bpfFileSystem.toString()));
    Assumptions.assumeTrue(mounted.code() == 0, mounted.text());
  }

  private record Output(int code, String text) {}

  /** Runs it, and fails unless it succeeds. */
  void sluice(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                "-n",
                namespace.path().toString()));
    command.addAll(List.of(words));
    Output output = run(command);
    if (output.code() != 0) {
      throw new AssertionError(
          String.join(" ", words) + " ended with " + output.code() + ":\n" + output.text());
    }
  }

  private Output run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLUICE_BPFFS", bpfFileSystem.toString());
    try {
      Process process = builder.start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    run(List.of("umount", bpfFileSystem.toString()));
  }
}
