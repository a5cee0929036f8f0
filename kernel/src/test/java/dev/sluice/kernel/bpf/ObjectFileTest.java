package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.elf.ElfObject;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.kernel.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Object files as Sluice loads them, beside what libbpf makes of them. */
@ExtendWith({Root.class, FdLeaks.class})
class ObjectFileTest {
  private static final Path FILES =
      Path.of("..", "bpf", "src", "test", "resources", "dev", "sluice", "bpf", "elf");

  private final KernelPrograms programs = new KernelPrograms(NetworkNamespace.current());

  private static ObjectSpec read(String file) throws IOException {
    ObjectSpec object = ElfObject.parse(file, Files.readAllBytes(FILES.resolve(file)));
    return new ObjectSpec(
        object.programs(),
        object.maps().stream().map(map -> map.withPinning(Pinning.NONE)).toList());
  }

  /** A tag is a sum over the instructions, with addresses of maps left out. */
  @ParameterizedTest
  @ValueSource(strings = {"count.o", "packet.o"})
  void instructionsAreThoseThatLibbpfLoads(String file) throws Exception {
    Path folder = BpfFileSystem.DEFAULT.resolve("sluice-test-" + ProcessHandle.current().pid());
    try (LoadedObject ours = programs.load(read(file))) {
      Bpftool.run("prog", "loadall", FILES.resolve(file).toString(), folder.toString());
      List<String> theirs = new ArrayList<>();
      for (String name : ours.programs().keySet()) {
        String shown = Bpftool.run("prog", "show", "pinned", folder.resolve(name).toString());
        theirs.add(name + " " + shown.replaceAll("(?s).* tag ([0-9a-f]+).*", "$1"));
      }
      assertThat(ours.programs().values())
          .extracting(program -> program.info().name() + " " + program.info().tag())
          .containsExactlyElementsOf(theirs);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> pins = Files.list(folder)) {
        for (Path pin : pins.toList()) {
          Files.delete(pin);
        }
      }
      Files.delete(folder);
    }
  }

  @Test
  void othersSeeVariablesFunctionsAndLines() throws Exception {
    try (LoadedObject object = programs.load(read("count.o"))) {
      int map = object.map("count.data").info().id();
      assertThat(Bpftool.run("map", "dump", "id", Integer.toString(map)).replaceAll("\\s", ""))
          .contains("\"step\":3");
      ProgramInfo count = object.program("count").info();
      assertThat(Bpftool.run("prog", "dump", "xlated", "id", Integer.toString(count.id())))
          .contains("int count(", "int weigh(", "; seen += step;");
      int constants = object.map("count.rodata").info().id();
      assertThat(Bpftool.run("map", "show", "id", Integer.toString(constants))).contains("frozen");
    }
  }
}
