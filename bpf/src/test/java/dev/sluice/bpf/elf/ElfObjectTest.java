package dev.sluice.bpf.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.SourceLine;
import dev.sluice.bpf.Subprogram;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.ObjectBtf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfObjectTest {
  private static ObjectSpec parse(String name) {
    return ElfObject.parse("folder/" + name, ObjectFile.read(name));
  }

  private static InvalidElfException refused(byte[] bytes) {
    return catchThrowableOfType(InvalidElfException.class, () -> ElfObject.parse("bad.o", bytes));
  }

  private static MapSpec map(ObjectSpec object, String name) {
    return object.map(name).orElseThrow();
  }

  private static TypeDescription.Struct variables(MapSpec map) {
    return (TypeDescription.Struct) Objects.requireNonNull(map.valueType());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sections.o", "plain.o"})
  void sectionsSayWhatProgramsAreFor(String file) {
    assertThat(parse(file).programs())
        .extracting(ProgramSpec::name, ProgramSpec::type, ProgramSpec::expectedAttachType)
        .containsExactlyInAnyOrder(
            tuple("plain_tc", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED),
            tuple("a_name_that_is_", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED),
            tuple("a_name_that_i_2", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED),
            tuple("old_classifier", ProgramType.SCHED_CLS, AttachType.UNSPECIFIED),
            tuple("old_action", ProgramType.SCHED_ACT, AttachType.UNSPECIFIED),
            tuple("at_ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
            tuple("at_egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
            tuple("at_driver", ProgramType.XDP, AttachType.XDP),
            tuple("into_cgroup", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_INGRESS),
            tuple("out_of_cgroup", ProgramType.CGROUP_SKB, AttachType.CGROUP_INET_EGRESS),
            tuple("of_socket", ProgramType.SOCKET_FILTER, AttachType.UNSPECIFIED));
  }

  @Test
  void functionsStandBehindTheProgramsThatCallThem() {
    ObjectSpec object = parse("count.o");
    ProgramSpec count = object.program("count").orElseThrow();
    ProgramSpec other = object.program("weigh_only").orElseThrow();

    assertThat(count.license()).isEqualTo("Dual MIT/GPL");
    assertThat(count.functions())
        .extracting(Subprogram::name)
        .containsExactly("add", "weight", "weigh");
    assertThat(other.functions()).extracting(Subprogram::name).containsExactly("weight", "weigh");
    assertThat(object.program("weigh_first").orElseThrow().functions())
        .extracting(Subprogram::name)
        .containsExactly("weight", "weigh", "add");
    assertThat(count.mapNames())
        .containsExactlyInAnyOrder(
            "by_mark", "totals", "count.rodata", "count.data", "count.bss", ".rodata.cst8");
    assertThat(other.mapNames()).containsExactly(".rodata.cst8", "count.data");
  }

  @Test
  void callbacksAreFunctionsToo() {
    assertThat(parse("packet.o").program("loops").orElseThrow().functions())
        .extracting(Subprogram::name)
        .containsExactly("on_each");
  }

  @Test
  void instructionsKnowTheirLines() {
    ProgramSpec faulty = parse("faulty.o").program("faulty").orElseThrow();
    SourceLine line = faulty.sourceLine(3).orElseThrow();

    assertThat(line.file()).isEqualTo("./faulty.c");
    assertThat(line.line()).isEqualTo(7);
    assertThat(line.text()).isEqualTo("return data[0]; // nothing says that this byte is there");
    assertThat(parse("plain.o").programs())
        .allSatisfy(program -> assertThat(program.code().lines()).isEmpty());
  }

  @Test
  void variablesAreMaps() {
    ObjectSpec object = parse("count.o");
    MapSpec constants = map(object, "count.rodata");
    MapSpec data = map(object, "count.data");
    MapSpec zeros = map(object, "count.bss");

    assertThat(constants.type()).isEqualTo(MapType.ARRAY);
    assertThat(constants.flags()).containsExactly(MapFlag.RDONLY_PROG);
    assertThat(constants.contents()).hasToString("e8030000");
    assertThat(data.flags()).isEmpty();
    assertThat(data.contents()).hasToString("03000000");
    assertThat(zeros.contents()).isNull();
    assertThat(zeros.valueSize()).isEqualTo(16);
    assertThat(variables(zeros).fields())
        .extracting(TypeDescription.Field::name, TypeDescription.Field::offset)
        .containsExactly(tuple("largest", 0), tuple("seen", 8));
    assertThat(map(object, ".rodata.cst8").contents()).hasToString("0102040810204080");
  }

  @Test
  void mapsAreAsDefined() {
    ObjectSpec object = parse("maps.o");

    assertThat(object.maps())
        .extracting(
            MapSpec::name, MapSpec::type, MapSpec::keySize, MapSpec::valueSize, MapSpec::maxEntries)
        .containsExactlyInAnyOrder(
            tuple("routes", MapType.LPM_TRIE, 20, 4, 100),
            tuple("sizes_only", MapType.LRU_HASH, 12, 20, 1000),
            tuple("per_processor_c", MapType.PERCPU_ARRAY, 4, 8, 3),
            tuple("events", MapType.RINGBUF, 0, 0, 8192),
            tuple("samples", MapType.PERF_EVENT_ARRAY, 4, 4, 0),
            tuple("jumps", MapType.PROG_ARRAY, 4, 4, 8),
            tuple("tables", MapType.ARRAY_OF_MAPS, 4, 4, 2),
            tuple("waiting", MapType.QUEUE, 0, 4, 10),
            tuple("maps.rodata", MapType.ARRAY, 4, 32, 1));
    assertThat(map(object, "routes").flags()).containsExactly(MapFlag.NO_PREALLOC);
    assertThat(map(object, "routes").keyType())
        .isInstanceOfSatisfying(
            TypeDescription.Struct.class, key -> assertThat(key.name()).isEqualTo("prefix"));
    assertThat(map(object, "sizes_only").pinning()).isEqualTo(Pinning.BY_NAME);
    assertThat(map(object, "tables").innerMap())
        .satisfies(
            inner -> {
              assertThat(inner.type()).isEqualTo(MapType.ARRAY);
              assertThat(inner.valueSize()).isEqualTo(8);
              assertThat(inner.maxEntries()).isEqualTo(4);
            });
  }

  @Test
  void everyObjectHasTypesForTheKernel() {
    for (String file : ObjectFile.GOOD) {
      assertThat(Btf.parse(ObjectBtf.of(parse(file)).blob()).types()).as(file).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          extern.o | function outside | an unknown kernel has no 'bpf_dynptr_from_skb'
          probe.o | section kprobe/do_exit | expected programs in sections named tc, classifier
          task.o | program process | depends on the place of field 'task_struct.pid' in the kernel that it runs in (CO-RE)
          bigendian.o | the header | expected a little-endian file, found a big-endian one
          """)
  void refusesWhatItCannotDo(String file, String place, String reason) {
    InvalidElfException refused = refused(ObjectFile.read(file));

    assertThat(refused.place()).isEqualTo(place);
    assertThat(refused.reason()).contains(reason);
    assertThat(refused).hasMessageStartingWith("bad.o: " + place + ": ");
  }

  @Test
  void readsMapsOfTheOlderForm() {
    MapSpec table = ElfObject.parse("legacy.o", ObjectFile.read("legacy.o")).maps().getFirst();

    assertThat(table).isEqualTo(MapSpec.of("table", MapType.ARRAY, 4, 8, 1));
  }

  @Test
  void aTableHoldsProgramsFromTheStart() {
    ObjectSpec object = ElfObject.parse("values.o", ObjectFile.read("values.o"));

    assertThat(object.map("jumps").orElseThrow().references()).isEqualTo(Map.of(0, "last"));
    assertThat(object.reachedFrom("first").programs())
        .extracting(ProgramSpec::name)
        .containsExactly("first", "last");
    assertThat(object.reachedFrom("last").maps()).isEmpty();
  }

  @Test
  void refusesOtherFiles() {
    byte[] bytes = ObjectFile.read("count.o");
    assertThat(refused(new byte[0]).reason()).contains("expected an ELF file");
    assertThat(refused(changed(bytes, 4, 1)).reason()).contains("found one of 32 bits");
    assertThat(refused(changed(bytes, 18, 62)).reason())
        .contains("expected a file for eBPF (machine 247), found one for machine 62");
    assertThat(refused(changed(bytes, 16, 3)).reason()).contains("expected a relocatable file");
    assertThat(refused(Arrays.copyOf(bytes, 63)).place()).isEqualTo("the header");
    assertThat(refused(Arrays.copyOf(bytes, bytes.length - 1)).reason())
        .contains("the file ends at byte " + (bytes.length - 1));
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  @Test
  void namesTheFunctionThatHoldsNoInstruction() {
    byte[] bytes = ObjectFile.read("plain.o");
    // Both slots of plain_tc: r0 = 0 and exit. The opcode 0xff is none.
    byte[] start = {(byte) 0xb4, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95};
    int at = indexOf(bytes, start);

    InvalidElfException refused = refused(changed(bytes, at, 0xff));

    assertThat(refused.place()).isEqualTo("function plain_tc");
    assertThat(refused.reason()).contains("slot 0", "0xff");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("the part is not there");
  }

  @Test
  void tellsObjectFilesByTheirStart() {
    assertThat(ElfObject.isElf(ObjectFile.read("count.o"))).isTrue();
    assertThat(ElfObject.isElf(new byte[] {0x7f, 'E', 'L'})).isFalse();
    assertThat(ElfObject.isElf(".program p tcx".getBytes(StandardCharsets.US_ASCII))).isFalse();
  }
}
