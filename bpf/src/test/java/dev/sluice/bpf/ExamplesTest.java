package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.ObjectBtf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs in {@code examples/} that are assembler can be read, written and read again. */
class ExamplesTest {
  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "examples"))) {
      return files.filter(file -> file.toString().endsWith(".bpfasm")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void readsAndWrites(Path file) throws IOException {
    String text = Files.readString(file);
    assertThat(text).startsWith("#");
    ObjectSpec object = AssemblyParser.parse(file.getFileName().toString(), text);
    String name = file.getFileName().toString().replace(".bpfasm", "");
    assertThat(object.programs()).extracting(ProgramSpec::name).containsExactly(name);
    ObjectSpec again = AssemblyParser.parse("again", Disassembler.assembly(object));
    assertThat(again.maps()).isEqualTo(object.maps());
    assertThat(again.programs().getFirst().instructions())
        .isEqualTo(object.programs().getFirst().instructions());
    assertThat(Btf.parse(ObjectBtf.of(object).blob()).types()).isNotEmpty();
  }
}
