package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source files in the place of class files: nobody has to call javac. */
class JavaSourceTest {
  private static final String ONE =
      """
      import dev.sluice.compiler.program.*;

      public final class One {
        static final Table<Integer, Long> SEEN = Table.array(Long.class, 4);

        @BpfProgram(otherwise = Verdict.NEXT)
        public static int one(SkBuff skb) {
          Cell<Long> seen = SEEN.cell(Which.of(skb));
          if (seen != null) {
            seen.add(1);
          }
          return Verdict.PASS;
        }
      }

      final class Which {
        static int of(SkBuff skb) {
          return skb.u8(0) & 3;
        }
      }
      """;

  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static String refusal(String file) {
    Run run = Run.of("prog", "compile", file);
    assertThat(run.code()).isEqualTo(ExitCode.INPUT);
    assertThat(run.out()).isEmpty();
    return run.err();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Count", "DropByAddress"})
  void theExamplesAreCompiled(String name) {
    String file = Path.of("..", "examples", name + ".java").toString();
    assertThat(Run.of("prog", "compile", file).succeeded().out()).contains(name + ".");
    assertThat(Run.of("prog", "dump", file).succeeded().out()).contains("bpf_map_lookup_elem");
  }

  @Test
  void aClassUsesAnotherOfTheFile() throws IOException {
    assertThat(Run.of("prog", "compile", file("One.java", ONE)).succeeded().out())
        .contains("One.one   one       sched_cls")
        .contains("seen");
    assertThat(folder).isDirectoryContaining("glob:**/One.java");
    assertThat(folder).isDirectoryNotContaining("glob:**.class");
  }

  @Test
  void aFileMayHaveAnyNameIfNoClassIsPublic() throws IOException {
    String file = file("my first.java", ONE.replace("public final class", "final class"));
    assertThat(Run.of("prog", "compile", file).succeeded().out()).contains("One.one");
  }

  @Test
  void aFileWithAPackageMayLieAnywhere() throws IOException {
    String file = file("One.java", "package some.where;\n" + ONE);
    assertThat(Run.of("prog", "compile", file).succeeded().out()).contains("One.one");
  }

  @Test
  void programsOfAllClassesAreFound() throws IOException {
    String two =
        ONE.replace(
            "static int of(",
            "@BpfProgram(name = \"two\", otherwise = 0)\n  public static int of(");
    String file = file("One.java", two);
    assertThat(Run.of("prog", "compile", file).succeeded().out()).contains("One.one", "Which.of");
    assertThat(Run.of("prog", "dump", file, "--program", "two").succeeded().out())
        .doesNotContain("map[");
    assertThat(Run.of("prog", "dump", file).err())
        .contains("the file holds several programs; choose one with --program: one, two");
  }

  /** Also where a class of that name comes with Sluice. */
  @Test
  void theFileIsWhatCounts() throws IOException {
    String file =
        file(
            "Firewall.java",
            """
            package dev.sluice.programs;
            import dev.sluice.compiler.program.*;
            public final class Firewall {
              @BpfProgram(name = "mine", otherwise = Verdict.DROP)
              public static int filter(SkBuff skb) {
                return Verdict.PASS;
              }
            }
            """);
    assertThat(Run.of("prog", "compile", file).succeeded().out()).contains("mine");
  }

  @Test
  void anErrorIsToldWithItsPlace() throws IOException {
    String file = file("One.java", ONE.replace("return Verdict.PASS;", "return Verdict.PASS"));
    assertThat(refusal(file)).isEqualTo("sluice: " + file + ":12:24: ';' expected\n");
  }

  @Test
  void aNameThatIsNotThereIsToldInOneLineAndOthersAreCounted() throws IOException {
    String file = file("One.java", ONE.replace("Verdict.PASS", "NOPE").replace("Cell", "Call"));
    assertThat(refusal(file))
        .isEqualTo(
            "sluice: %s:8:5: cannot find symbol; symbol:   class Call; location: class One"
                    .formatted(file)
                + " (and 1 more error)\n");
  }

  @Test
  void aPublicClassNeedsAFileOfItsName() throws IOException {
    assertThat(refusal(file("Other.java", ONE)))
        .contains("Other.java:3:14: class One is public, should be declared in a file named One");
  }

  @Test
  void whatCannotBeCompiledToAProgramIsToldWithItsLine() throws IOException {
    String file = file("One.java", ONE.replace("skb.u8(0) & 3", "new int[skb.u8(0)].length"));
    assertThat(refusal(file)).startsWith("sluice: One.java:18: ");
  }

  @Test
  void aFileWithoutAProgramIsTold() throws IOException {
    String problem = "expected a method with @BpfProgram, found none\n";
    assertThat(refusal(file("None.java", "class None {}"))).endsWith("None.java: " + problem);
    assertThat(refusal(file("Empty.java", ""))).endsWith("Empty.java: " + problem);
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThat(refusal("/no/such/One.java")).isEqualTo("sluice: no such file: /no/such/One.java\n");
    assertThat(refusal(folder.resolve("x.java").toString())).contains("no such file");
  }
}
