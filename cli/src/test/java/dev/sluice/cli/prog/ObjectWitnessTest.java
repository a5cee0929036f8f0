package dev.sluice.cli.prog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Testbed;
import dev.sluice.kernel.bpf.Bpftool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code bpftool} loads of an object file, Sluice loads, too, with the same instructions: the
 * tag, which the kernel computes from them, is the same. That covers what libbpf does to a file,
 * from the order of functions to what depends on the kernel.
 */
class ObjectWitnessTest {
  private static final Path FOLDER =
      Path.of("../conformance/src/test/resources/dev/sluice/conformance/object");

  /** What libbpf 1.5 does not open or loads otherwise, for reasons of its own. */
  private static final Set<String> NOT_OF_LIBBPF =
      Set.of(
          // "program 'elsewhere' is static and not supported": of a section that is no program's.
          "functions.o",
          // Calls of functions that the kernel has not hold other numbers, and are never reached.
          "kfunc.o",
          // "legacy map definitions in 'maps' section are not supported by libbpf v1.0+".
          "iproute.o",
          "legacy.o",
          // "can't pin program that wasn't loaded": one in ?xdp.
          "sections.o");

  private Testbed bed;

  @BeforeEach
  void open() {
    bed = Testbed.create();
  }

  @AfterEach
  void close() {
    if (bed != null) { // null where the test was skipped
      bed.close();
    }
  }

  static List<Path> objects() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> objects =
          files
              .filter(file -> file.toString().endsWith(".o"))
              .filter(file -> !NOT_OF_LIBBPF.contains(file.getFileName().toString()))
              .sorted()
              .toList();
      assertThat(objects).isNotEmpty();
      return objects;
    }
  }

  @ParameterizedTest
  @MethodSource("objects")
  void theKernelGetsTheSameInstructions(Path object) throws Exception {
    Path pins = bed.bpfFileSystem().resolve("witness");
    Bpftool.run("prog", "loadall", object.toString(), pins.toString());
    List<String> expected = new ArrayList<>();
    try (Stream<Path> programs = Files.list(pins)) {
      for (Path program : programs.toList()) {
        String shown = Bpftool.run("-j", "prog", "show", "pinned", program.toString());
        expected.add(JsonMapper.shared().readTree(shown).get("tag").asString());
        Files.delete(program);
      }
    }
    Files.delete(pins);

    List<String> loaded = new ArrayList<>();
    String printed = bed.run("prog", "load", object.toString(), "-o", "json").succeeded().out();
    for (JsonNode program : JsonMapper.shared().readTree(printed)) {
      loaded.add(program.get("tag").asString());
    }
    assertThat(loaded).containsExactlyInAnyOrderElementsOf(expected);
  }
}
