package dev.sluice.cli;

import dev.sluice.kernel.KernelDatapath;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One run of the command and what it printed.
 *
 * @param code its exit code
 * @param out what it printed to standard output
 * @param err what it printed to standard error
 */
public record Run(int code, String out, String err) {
  /** Runs a command that pins below a folder. */
  public static Run of(Path bpfFileSystem, String... args) {
    return run(bpfFileSystem, KernelDatapath::open, args);
  }

  /** Runs a command on another datapath. */
  static Run with(DatapathOpener opener, String... args) {
    return run(Path.of("/sys/fs/bpf"), opener, args);
  }

  private static Run run(Path bpfFileSystem, DatapathOpener opener, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Commands.run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            opener,
            new PinLayout(bpfFileSystem));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that pins nothing. */
  public static Run of(String... args) {
    return of(Path.of("/sys/fs/bpf"), args);
  }

  /** Fails unless the command succeeded and had nothing to complain about. */
  public Run succeeded() {
    return exited(0);
  }

  /** Fails unless the command ended so and had nothing to complain about. */
  public Run exited(int expected) {
    if (code != expected || !err.isEmpty()) {
      throw new AssertionError(
          "expected exit code " + expected + ", found " + code + "\n" + out + err);
    }
    return this;
  }

  /** Fails unless the command failed in one line. */
  public Run failed(int expected) {
    if (code != expected || err.lines().count() != 1 || !err.startsWith("sluice: ")) {
      throw new AssertionError(
          "expected exit code " + expected + " and one line, found " + code + "\n" + out + err);
    }
    return this;
  }
}
