package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.elf.ElfObject;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.kernel.RunningKernel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Object files that clang made do the same in the kernel and in the engine: every program of every
 * file beside {@code make-objects.sh}, on the same packets.
 */
@Tag("datapath.differences")
class ObjectFilesDifferenceTest {
  private static final int CONTEXT_BYTES = 192;
  private static final int MARK = 8;
  private static final int WORD = 8;

  /** What looks at the memory of the kernel, which the engine has not, and what else it lacks. */
  private static final Map<String, String> KERNEL_ONLY =
      Map.of(
          "core.o/reads_the_kerne", "bpf_get_current_task",
          "kfunc.o/through_dynptr", "function of the kernel",
          "timers.o/starts_timer", "helper bpf_timer_init is not supported");

  /** A program of a file. */
  record Case(Path file, String program) {
    String key() {
      return file.getFileName() + "/" + program;
    }

    @Override
    public String toString() {
      return key();
    }
  }

  static Stream<Case> programs() throws IOException {
    return files()
        .flatMap(
            file -> read(file).programs().stream().map(program -> new Case(file, program.name())));
  }

  private static Stream<Path> files() throws IOException {
    try {
      URL script =
          Objects.requireNonNull(
              ObjectFilesDifferenceTest.class.getResource(
                  "/dev/sluice/conformance/object/make-objects.sh"));
      Path folder = Objects.requireNonNull(Path.of(script.toURI()).getParent());
      try (Stream<Path> all = Files.list(folder)) {
        return all.filter(file -> file.toString().endsWith(".o")).sorted().toList().stream();
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  static ObjectSpec read(Path file) {
    try {
      return ElfObject.parse(
          file.getFileName().toString(), Files.readAllBytes(file), RunningKernel.FACTS);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theyDoTheSameEverywhere(Case chosen) {
    ObjectSpec object = read(chosen.file()).reachedFrom(chosen.program());
    List<List<String>> results = new ArrayList<>();
    try (JavaPlaces places = new JavaPlaces()) {
      boolean sameTags = haveSameTags(places);
      for (Map.Entry<String, Datapath> place : places.all().entrySet()) {
        if (KERNEL_ONLY.containsKey(chosen.key()) && !place.getKey().equals("kernel")) {
          assertThatThrownBy(() -> place.getValue().programs().load(object))
              .isInstanceOf(SluiceException.class)
              .hasMessageContaining(KERNEL_ONLY.get(chosen.key()));
          continue;
        }
        try (LoadedObject loaded = place.getValue().programs().load(object)) {
          results.add(run(object, loaded, sameTags));
        }
      }
    }
    for (List<String> result : results) {
      assertThat(result).isEqualTo(results.getFirst());
    }
  }

  /** Whether the kernel makes tags as the engine does, with SHA-256: older ones take SHA-1. */
  private static boolean haveSameTags(JavaPlaces places) {
    Set<String> tags = new HashSet<>();
    for (Datapath place : places.all().values()) {
      try (LoadedObject one =
          place
              .programs()
              .load(AssemblyParser.parse("one", ".program one tcx\n r0 = 1\n exit\n"))) {
        tags.add(one.program("one").info().tag());
      }
    }
    return tags.size() == 1;
  }

  private static List<String> run(ObjectSpec object, LoadedObject loaded, boolean sameTags) {
    ProgramSpec spec = object.programs().getFirst();
    Program program = loaded.program(spec.name());
    boolean socketBuffer =
        spec.type() == ProgramType.SCHED_CLS || spec.type() == ProgramType.SCHED_ACT;
    List<String> told = new ArrayList<>();
    if (sameTags) {
      told.add("tag " + program.info().tag());
    }
    for (byte[] packet : packets()) {
      TestRun run = TestRun.of(packet);
      if (socketBuffer) {
        ByteBuffer context = ByteBuffer.allocate(CONTEXT_BYTES).order(ByteOrder.nativeOrder());
        context.putInt(MARK, packet.length);
        run = run.withContext(Bytes.copyOf(context.array()));
      }
      try {
        TestRun.Result result = program.testRun(run);
        told.add(
            result.verdict()
                + " "
                + HexFormat.of().formatHex(result.packet().toArray())
                + " "
                + HexFormat.of().formatHex(result.context().toArray()));
      } catch (KernelRejected e) {
        told.add("error " + e.errno());
      }
    }
    for (MapSpec map : object.maps()) {
      told.add(map.name() + contents(map, loaded.map(map.name())));
    }
    return told;
  }

  private static SortedMap<String, String> contents(MapSpec spec, BpfMap map) {
    SortedMap<String, String> found = new TreeMap<>();
    switch (spec.type()) {
      case ARRAY, HASH, LRU_HASH, LPM_TRIE ->
          map.forEach(
              (key, value) ->
                  found.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value)));
      case PERCPU_ARRAY ->
          map.forEach((key, values) -> found.put(HexFormat.of().formatHex(key), sum(values)));
      // What was put there and not counted is there once for each processor that the program was
      // on.
      case PERCPU_HASH -> map.forEach((key, _) -> found.put(HexFormat.of().formatHex(key), "some"));
      default -> {
        // What others hold are numbers of maps and programs, or nothing that can be gone through.
      }
    }
    return found;
  }

  /** Which processor counted is chance; the engine has one. */
  private static String sum(byte[] values) {
    ByteBuffer words = ByteBuffer.wrap(values).order(ByteOrder.nativeOrder());
    long sum = 0;
    for (int at = 0; at + WORD <= values.length; at += WORD) {
      sum += words.getLong(at);
    }
    return Long.toString(sum);
  }

  static List<byte[]> packets() {
    List<byte[]> packets = new ArrayList<>();
    for (int length : new int[] {60, 61, 142, 301, 1000}) {
      byte[] packet = new byte[length];
      for (int i = 0; i < length; i++) {
        packet[i] = (byte) (i * 7 + length);
      }
      packet[0] = 2;
      packet[12] = 8;
      packet[13] = 0;
      packet[14] = 0x45;
      packet[16] = (byte) ((length - 14) >>> 8);
      packet[17] = (byte) (length - 14);
      packet[22] = 64;
      packet[23] = 17;
      packets.add(packet);
    }
    byte[] arp = packets.getFirst().clone();
    arp[13] = 6;
    packets.add(arp);
    return packets;
  }
}
