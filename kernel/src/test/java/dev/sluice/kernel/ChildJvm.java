package dev.sluice.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another JVM that runs a main class of these tests. It says in lines of its output how far it
 * came, and lives until it is killed or its input ends.
 */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  /** Starts a main class with arguments. */
  public ChildJvm(Class<?> main, String... arguments) throws IOException {
    List<String> command = command(main);
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The command line that runs a main class as these tests are run. */
  public static List<String> command(Class<?> main) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            main.getName()));
  }

  /** The next line of its output. */
  public String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the child ended without a word");
    }
    return line;
  }

  /** Ends it with {@code SIGKILL}, and reads what it said until then. */
  public List<String> killed() {
    process.toHandle().destroyForcibly(); // unlike the process, it leaves the output open
    List<String> lines = output.lines().toList();
    kill();
    return lines;
  }

  /** Its process number. */
  public long pid() {
    return process.pid();
  }

  /** Ends it with {@code SIGKILL}, which it cannot see coming. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
