package dev.sluice.bpf;

import static dev.sluice.bpf.TypeDescription.BE32;
import static dev.sluice.bpf.TypeDescription.U16;
import static dev.sluice.bpf.TypeDescription.U32;
import static dev.sluice.bpf.TypeDescription.U64;
import static dev.sluice.bpf.TypeDescription.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs, maps, objects and types: what they refuse, and how they say it. */
class SpecTest {
  private static final Code EXIT = Code.of(new Jump.Exit());

  @ParameterizedTest
  @CsvSource({
    "HASH, 0, 4, 1, key size 0: it must be at least 1",
    "HASH, 4, 0, 1, value size 0: it must be at least 1",
    "HASH, 4, 4, 0, entries 0: it must be at least 1",
    "ARRAY, 8, 4, 1, key size 8: it must be 4",
    "LPM_TRIE, 4, 4, 1, key size 4: it must be 5 to 260",
    "LPM_TRIE, 261, 4, 1, key size 261: it must be 5 to 260",
    "LPM_TRIE, 8, 4, 1, needs the flag no_prealloc",
    "RINGBUF, 0, 0, 5000, entries 5000: it must be a power of two",
    "RINGBUF, 0, 8, 4096, value size 8: it must be 0",
    "QUEUE, 4, 4, 1, key size 4: it must be 0",
    "PROG_ARRAY, 4, 8, 1, value size 8: it must be 4",
    "SK_STORAGE, 4, 8, 1, entries 1: it must be 0",
    "ARRAY_OF_MAPS, 4, 4, 1, needs an inner map",
    "HASH, -1, 4, 1, key size -1: it must be at least 0",
    "UNSPECIFIED, 4, 4, 1, has no type",
  })
  void mapsTheKernelWouldRefuse(MapType type, int key, int value, int entries, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("m", type, key, value, entries))
        .withMessageContaining("map 'm'")
        .withMessageContaining(message);
  }

  @Test
  void mapsWhoseTypesDoNotFit() {
    MapSpec good = MapSpec.of("m", MapType.ARRAY, U32, U64, 3);
    assertThat(good.keySize()).isEqualTo(4);
    assertThat(good.valueSize()).isEqualTo(8);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new MapSpec("m", MapType.HASH, 4, 4, 1, Set.of(), U32, U64, null, Pinning.NONE))
        .withMessage("map 'm' of type hash has a value of 4 bytes but a value type of 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("m", MapType.ARRAY, BE32, U64, 3))
        .withMessageContaining("needs a plain integer as key type");
    TypeDescription.Array bytes = new TypeDescription.Array(U8, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("m", MapType.LPM_TRIE, bytes, U64, 3, MapFlag.NO_PREALLOC))
        .withMessageContaining("needs a struct as key type");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new MapSpec("m", MapType.HASH, 4, 4, 1, Set.of(), null, null, good, Pinning.NONE))
        .withMessageContaining("can't have an inner map");
  }

  @Test
  void contentsAreOfAnArrayWithOneValue() {
    MapContents bytes = MapContents.ofHex("00ff01");
    MapSpec map = MapSpec.of("m", MapType.ARRAY, 4, 3, 1).withContents(bytes);
    assertThat(map.withName("n").contents()).isEqualTo(bytes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("m", MapType.ARRAY, 4, 3, 2).withContents(bytes))
        .withMessageContaining("contents of 3 bytes")
        .withMessageContaining("an array with one value of that size");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("m", MapType.HASH, 4, 3, 1).withContents(bytes));
  }

  @Test
  void mapsCanBeVaried() {
    MapSpec map = MapSpec.of("m", MapType.HASH, 4, 8, 1, MapFlag.NO_PREALLOC, MapFlag.RDONLY);
    assertThat(map.flagMask()).isEqualTo(9);
    assertThat(map.withName("n").name()).isEqualTo("n");
    assertThat(map.withMaxEntries(7).maxEntries()).isEqualTo(7);
    assertThat(map.withPinning(Pinning.BY_NAME).pinning()).isEqualTo(Pinning.BY_NAME);
    MapSpec outer = MapSpec.ofMaps("o", MapType.HASH_OF_MAPS, map, 3);
    assertThat(outer.innerMap()).isEqualTo(map);
  }

  @Test
  void namesTheKernelWouldRefuse() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapSpec.of("much_too_long_a_name", MapType.HASH, 4, 4, 1))
        .withMessage("map name 'much_too_long_a_name' has 20 characters: it must have 1 to 15");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("a-b", ProgramType.XDP, "GPL", EXIT))
        .withMessageContaining("program name 'a-b' has '-' at position 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("", ProgramType.XDP, "GPL", EXIT));
  }

  @Test
  void programsTheKernelWouldRefuse() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("p", ProgramType.UNSPECIFIED, "GPL", EXIT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("p", ProgramType.XDP, "x".repeat(128), EXIT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("p", ProgramType.XDP, "GPL\n", EXIT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProgramSpec.of("p", ProgramType.XDP, "GPL", Code.of()))
        .withMessage("program 'p' takes 0 slots: it must take 1 to 1000000");
  }

  @Test
  void objectsWhoseNamesClash() {
    MapSpec map = MapSpec.of("m", MapType.HASH, 4, 4, 1);
    ProgramSpec program =
        ProgramSpec.of(
            "p",
            ProgramType.SCHED_CLS,
            "GPL",
            Code.of(Constant.MapAddress.of(Register.R1, "m"), new Jump.Exit()));
    assertThat(ObjectSpec.of(program, map).map("m")).contains(map);
    assertThat(ObjectSpec.of(program, map).program("p")).contains(program);
    assertThat(ObjectSpec.of(program, map).program("q")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectSpec.of(program))
        .withMessage("program 'p' uses map 'm', which is not one of []");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectSpec.of(program, map, map))
        .withMessage("two maps are named 'm'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ObjectSpec(List.of(program, program), List.of(map)))
        .withMessage("two programs are named 'p'");
  }

  @Test
  void codeWhoseTablesDoNotFit() {
    List<Instruction> code = List.of(new Constant.Wide(Register.R0, 1), new Jump.Exit());
    Subprogram inside = new Subprogram("f", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Code(code, List.of(inside), List.of()))
        .withMessage("no instruction starts at slot 1 of 3");
    Subprogram f = new Subprogram("f", 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Code(code, List.of(f, f), List.of()))
        .withMessage("function 'f' at slot 2 does not follow slot 2");
    SourceLine line = new SourceLine(5, "f", 1, 1, "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Code(code, List.of(), List.of(line)))
        .withMessage("no instruction starts at slot 5 of 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new Subprogram("f", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Subprogram("f.g", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SourceLine(0, "f", 0, 0, ""));
  }

  @Test
  void structsAreLaidOutAsInC() {
    TypeDescription.Struct struct =
        TypeDescription.Struct.named("s")
            .field("a", U8)
            .field("b", U32)
            .field("c", U16)
            .field("d", new TypeDescription.Array(U8, 3))
            .build();
    assertThat(struct.fields())
        .extracting(TypeDescription.Field::offset)
        .containsExactly(0, 4, 8, 10);
    assertThat(struct.size()).isEqualTo(16);
    assertThat(struct.alignment()).isEqualTo(4);
    assertThat(new TypeDescription.Array(struct, 3).size()).isEqualTo(48);
  }

  @Test
  void typesThatMakeNoSense() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TypeDescription.Array(U64, 1 << 30));
    assertThatIllegalArgumentException().isThrownBy(() -> new TypeDescription.Array(U64, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TypeDescription.Int("u24", 3, TypeDescription.Encoding.UNSIGNED));
    TypeDescription.Field first = new TypeDescription.Field("a", U32, 0);
    TypeDescription.Field second = new TypeDescription.Field("b", U32, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TypeDescription.Struct("s", List.of(first, second), 8))
        .withMessage("field 'b' of struct 's' starts at byte 2, before the end of the last at 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TypeDescription.Struct("s", List.of(first), 3))
        .withMessage("struct 's' of 3 bytes has fields up to byte 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TypeDescription.Struct("s", List.of(), 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new TypeDescription.Field("a b", U32, 0));
  }
}
