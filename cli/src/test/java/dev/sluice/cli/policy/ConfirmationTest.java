package dev.sluice.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Main;
import dev.sluice.cli.Run;
import dev.sluice.cli.Testbed;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.Rate;
import dev.sluice.datapath.tc.QdiscEntry;
import dev.sluice.datapath.tc.Tbf;
import dev.sluice.kernel.ChildJvm;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays and what is undone behind {@code sluice apply --confirm}. */
class ConfirmationTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1
      kind: TrafficPolicy
      metadata: {name: held}
      spec:
        shaping:
          - {device: out0, upload: {rate: 8mbit}}
      """;

  private static Run apply(Testbed bed, String seconds, InputStream input) {
    String file = bed.file("policy.yaml", POLICY);
    InputStream before = System.in;
    System.setIn(input);
    try {
      return bed.run("apply", "-f", file, "--confirm", seconds);
    } finally {
      System.setIn(before);
    }
  }

  private static InputStream line(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static QdiscEntry root(Testbed bed) {
    return bed.datapath().trafficControl().qdiscs(bed.datapath().device("out0")).stream()
        .filter(QdiscEntry::isRoot)
        .findFirst()
        .orElseThrow();
  }

  private static void assertKept(Testbed bed) {
    assertThat(root(bed).handle()).isEqualTo(Handle.of(0x51ce, 0));
    assertThat(bed.run("policies").succeeded().out()).contains("held", "applied");
  }

  private static void assertUndone(Testbed bed) {
    assertThat(root(bed).qdisc().kind()).isEqualTo("noqueue");
    assertThat(bed.run("policies").succeeded().out()).contains("no policies");
    assertThat(bed.pins()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "y\n", "yes\n", " yes \r\n"})
  void aLineKeepsIt(String text) {
    try (Testbed bed = Testbed.create()) {
      Run run = apply(bed, "30", line(text));
      assertThat(run.code()).isEqualTo(ExitCode.OK);
      assertThat(run.err())
          .isEqualTo(
              "sluice: press Enter within 30 s to keep this; else it is undone\nsluice: kept\n");
      assertKept(bed);
      // Nothing is left to be undone: the next run does not name it.
      assertThat(bed.run("plan", "-f", bed.file("policy.yaml", POLICY)).succeeded().out())
          .contains("nothing to do");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "y", "n\n", "no\n", "yes, but not now\n"})
  void anythingElseUndoesIt(String text) {
    try (Testbed bed = Testbed.create()) {
      Run run = apply(bed, "30", line(text));
      assertThat(run.code()).isEqualTo(ExitCode.REFUSED);
      assertThat(run.err()).endsWith("sluice: not confirmed: everything was undone\n");
      assertUndone(bed);
    }
  }

  @Test
  void isUndoneWhenTheTimeIsOver() throws IOException {
    try (Testbed bed = Testbed.create();
        PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream input = new PipedInputStream(silent)) {
      long start = System.nanoTime();
      Run run = apply(bed, "1", input);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(1000L, 5000L);
      assertThat(run.code()).isEqualTo(ExitCode.REFUSED);
      assertThat(run.err()).endsWith("sluice: not confirmed: everything was undone\n");
      assertUndone(bed);
    }
  }

  @Test
  void whatWasThereBeforeComesBack() {
    try (Testbed bed = Testbed.create()) {
      String slower = bed.file("policy.yaml", POLICY.replace("8mbit", "3mbit"));
      bed.run("apply", "-f", slower).succeeded();
      assertThat(apply(bed, "30", line("no\n")).code()).isEqualTo(ExitCode.REFUSED);
      assertThat(((Tbf) root(bed).qdisc()).rate().rate()).isEqualTo(Rate.megabits(3));
      String again = bed.file("policy.yaml", POLICY.replace("8mbit", "3mbit"));
      assertThat(bed.run("plan", "-f", again).succeeded().out()).contains("nothing to do");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3601"})
  void theTimeHasBounds(String seconds) {
    try (Testbed bed = Testbed.create()) {
      assertThat(apply(bed, seconds, line("\n")).failed(ExitCode.INPUT).err())
          .contains("--confirm: expected 1 to 3600 seconds, found " + seconds);
      assertUndone(bed);
    }
  }

  /** The command as a process that waits for its line. */
  private static final class Waiting implements AutoCloseable {
    private final Process process;
    private final BufferedReader errors;
    private final List<String> said = new ArrayList<>();

    Waiting(Testbed bed) throws IOException {
      List<String> words = ChildJvm.command(Main.class);
      words.addAll(
          List.of(
              "-n",
              bed.namespace().path().toString(),
              "apply",
              "-f",
              bed.file("policy.yaml", POLICY),
              "--confirm",
              "30"));
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().put("SLUICE_BPFFS", bed.bpfFileSystem().toString());
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      process = builder.start();
      errors = process.errorReader(StandardCharsets.UTF_8);
      readUntil("press Enter");
    }

    private void readUntil(String text) throws IOException {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        said.add(line);
        if (line.contains(text)) {
          return;
        }
      }
      throw new AssertionError("it did not say \"" + text + "\": " + said);
    }

    private void signal(String name) throws Exception {
      String command = "kill -" + name + " " + process.pid();
      assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
    }

    private int end() throws InterruptedException {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      errors.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP", "INT"})
  void isUndoneByASignal(String signal) throws Exception {
    try (Testbed bed = Testbed.create()) {
      try (Waiting waiting = new Waiting(bed)) {
        assertThat(root(bed).handle()).isEqualTo(Handle.of(0x51ce, 0));
        waiting.signal(signal);
        waiting.readUntil("not confirmed: everything was undone");
        assertThat(waiting.end()).isGreaterThan(128);
      }
      assertUndone(bed);
    }
  }

  @Test
  void isUndoneWhenTheTerminalCloses() throws Exception {
    try (Testbed bed = Testbed.create()) {
      try (Waiting waiting = new Waiting(bed)) {
        waiting.process.getOutputStream().close();
        waiting.readUntil("not confirmed: everything was undone");
        assertThat(waiting.end()).isEqualTo(ExitCode.REFUSED);
      }
      assertUndone(bed);
    }
  }

  @Test
  void theNextRunNamesWhatAKilledOneHadBegun() throws Exception {
    try (Testbed bed = Testbed.create()) {
      try (Waiting waiting = new Waiting(bed)) {
        waiting.signal("KILL");
        assertThat(waiting.end()).isEqualTo(128 + 9);
      }
      // Nobody undoes it, for nobody is left: all of it is there, and an intent.
      assertThat(root(bed).handle()).isEqualTo(Handle.of(0x51ce, 0));
      assertThat(bed.run("policies").err())
          .isEqualTo("sluice: somebody was cut off while applying held\n");
      String file = bed.file("policy.yaml", POLICY);
      Run planned = bed.run("plan", "-f", file);
      assertThat(planned.out()).contains("nothing to do");
      assertThat(planned.err())
          .isEqualTo(
              "sluice: warning: somebody was cut off while applying held: all devices are looked"
                  + " at\n");
      // Applying again confirms it.
      assertThat(bed.run("apply", "-f", file).code()).isZero();
      assertKept(bed);
      bed.run("delete", "held").succeeded();
      assertUndone(bed);
    }
  }
}
