package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.programs.Firewall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgCompileCommandTest {
  private static final String FIREWALL = "dev/sluice/programs/Firewall.class";

  @TempDir Path folder;

  private static byte[] firewall() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Firewall.class.getClassLoader().getResourceAsStream(FIREWALL))) {
      return in.readAllBytes();
    }
  }

  @Test
  void aClassThatComesWithSluiceIsNamed() {
    Run run = Run.of("prog", "compile", "dev.sluice.programs.ConnectionTracker").succeeded();
    assertThat(run.out())
        .contains("ConnectionTracker.incoming   track_in    sched_cls")
        .contains("ConnectionTracker.outgoing   track_out   sched_cls")
        .contains("connections");
  }

  @Test
  void oneMethodIsDumped() {
    String name = "dev.sluice.programs.ClassMarker";
    assertThat(Run.of("prog", "compile", name, "--dump", "asm").succeeded().out())
        .startsWith(".license \"Dual MIT/GPL\"\n.map class_by_port hash key s32 value s32")
        .contains(".program set_class sched_cls", "call bpf_map_lookup_elem")
        .endsWith("  exit\n");
    assertThat(
            Run.of("prog", "compile", name, "--dump", "ir", "--method", "mark").succeeded().out())
        .contains("; after building", "; after packet checks", "; after unlinking")
        .contains("packet_load", "ClassMarker.java:");
  }

  @Test
  void typesFunctionsAndLinesAreDumped() {
    assertThat(
            Run.of("prog", "compile", "dev.sluice.programs.Firewall", "--dump", "btf")
                .succeeded()
                .out())
        .contains("] STRUCT 'Prefix4' size=8 vlen=2\n\t'length' type_id=")
        .contains("] FUNC 'firewall' type_id=", "linkage=global")
        .contains("\nfunctions of firewall:\n     0 firewall\n")
        .containsPattern("\n +\\d+ Ipv4.java:\\d+ Ipv4.source\n");
  }

  @Test
  void theVerifierCountsWhatItProcesses() {
    Run run = Run.of("prog", "compile", "dev.sluice.programs.ClassMarker", "-o", "json");
    assertThat(run.succeeded().out()).containsPattern("\"processed\" : [1-9]\\d+");
  }

  /** Its packet reads are sound; the verdict that never comes is not. */
  @Test
  void whatTheEngineRefusesIsExplained() {
    Run run = Run.of("prog", "compile", "dev.sluice.cli.prog.ProgCompileCommandTest$Endless");
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.out()).contains("refused");
    assertThat(run.err())
        .contains(
            "the verifier refused program endless at ProgCompileCommandTest.java:", "  hint ");
  }

  /** More turns than the verifier follows. */
  public static final class Endless {
    private Endless() {}

    /** Sums what it cannot know. */
    @BpfProgram(otherwise = Verdict.DROP)
    public static int endless(SkBuff skb) {
      int sum = 0;
      for (int i = 0; i < 2_000_000; i++) {
        sum += skb.mark();
      }
      return sum == 7 ? Verdict.DROP : Verdict.NEXT;
    }
  }

  @Test
  void aConstantIsSet() {
    Run run =
        Run.of(
            "prog",
            "compile",
            "dev.sluice.programs.ConnectionTracker",
            "--method",
            "incoming",
            "--const",
            "IDLE=0x123",
            "--dump",
            "asm");
    assertThat(run.succeeded().out()).contains(" s> 291 goto");
  }

  @Test
  void aJarAndAClassFileAreRead() throws IOException {
    Path jar = folder.resolve("programs.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(FIREWALL));
      out.write(firewall());
      out.closeEntry();
    }
    assertThat(Run.of("prog", "compile", jar.toString()).succeeded().out()).contains("firewall");
    Path file = folder.resolve(FIREWALL);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, firewall());
    assertThat(Run.of("prog", "dump", file.toString()).succeeded().out())
        .contains("call bpf_map_lookup_elem");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such class: a.b.C                    | a.b.C
          expected a method with @BpfProgram      | java.lang.String
          no such file: gone.class                | gone.class
          no such file: gone.jar                  | gone.jar
          nope (it holds filter)                  | dev.sluice.programs.Firewall --method nope
          expected ir, asm or btf behind --dump   | dev.sluice.programs.Firewall --dump x
          expected NAME=NUMBER behind --const     | dev.sluice.programs.Firewall --const IDLE
          it reads no static final field NOPE     | dev.sluice.programs.Firewall --const NOPE=1
          """)
  void badInputIsTold(String problem, String words) {
    Run run = Run.of(("prog compile " + words).split(" "));
    assertThat(run.code()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains(problem);
  }

  @Test
  void aClassOutsideOfItsPackagesFolderIsTold() throws IOException {
    Path file = Files.write(folder.resolve("Firewall.class"), firewall());
    Run run = Run.of("prog", "compile", file.toString());
    assertThat(run.code()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("expected the class in a folder for its package: " + FIREWALL);
  }
}
