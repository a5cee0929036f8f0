package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VariableTest {
  private static ObjectSpec object() {
    TypeDescription.Struct constants =
        TypeDescription.Struct.named("rodata")
            .field("small", TypeDescription.S8)
            .field("flag", TypeDescription.BOOL)
            .field("port", TypeDescription.BE16)
            .field("limit", TypeDescription.U32)
            .field("large", TypeDescription.U64)
            .field("name", new TypeDescription.Array(TypeDescription.CHAR, 8))
            .build();
    TypeDescription.Struct zeros =
        TypeDescription.Struct.named("bss").field("seen", TypeDescription.U32).build();
    return new ObjectSpec(
        List.of(),
        List.of(
            section("a.rodata", constants, MapFlag.RDONLY_PROG)
                .withContents(MapContents.copyOf(new byte[constants.size()])),
            section("a.bss", zeros),
            MapSpec.of("table", MapType.ARRAY, TypeDescription.U32, zeros, 1)));
  }

  private static MapSpec section(String name, TypeDescription.Struct type, MapFlag... flags) {
    return new MapSpec(
        name,
        MapType.ARRAY,
        4,
        type.size(),
        1,
        Set.of(flags),
        TypeDescription.U32,
        type,
        null,
        Pinning.NONE);
  }

  private static Variable find(ObjectSpec object, String name) {
    return Variable.of(object).stream()
        .filter(v -> v.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void sectionsHaveThemAndTablesDoNot() {
    List<Variable> variables = Variable.of(object());
    assertThat(variables)
        .extracting(Variable::name)
        .containsExactly("small", "flag", "port", "limit", "large", "name", "seen");
    assertThat(find(object(), "limit").constant()).isTrue();
    assertThat(find(object(), "seen").constant()).isFalse();
  }

  @Test
  void keepsWhatIsSet() {
    ObjectSpec object = object();
    object = find(object, "small").set(object, -3);
    object = find(object, "flag").set(object, 1);
    object = find(object, "port").set(object, 0x1234);
    object = find(object, "limit").set(object, 4_000_000_000L);
    object = find(object, "large").set(object, Long.MAX_VALUE);
    object = find(object, "seen").set(object, 7);
    assertThat(find(object, "small").value(object)).hasValue(-3);
    assertThat(find(object, "flag").value(object)).hasValue(1);
    assertThat(find(object, "port").value(object)).hasValue(0x1234);
    assertThat(find(object, "limit").value(object)).hasValue(4_000_000_000L);
    assertThat(find(object, "large").value(object)).hasValue(Long.MAX_VALUE);
    assertThat(find(object, "seen").value(object)).hasValue(7);
    assertThat(find(object, "name").value(object)).isEmpty();
    // A number in network order lies there as packets have it.
    MapContents contents = object.map("a.rodata").orElseThrow().contents();
    assertThat(contents).isNotNull();
    assertThat(contents.toString()).startsWith("fd011234");
  }

  @Test
  void refusesWhatDoesNotFit() {
    ObjectSpec object = object();
    assertRefused(object, "small", 128, "'small' of type s8 is -128 to 127, not 128");
    assertRefused(object, "flag", 2, "'flag' of type bool is 0 to 1, not 2");
    assertRefused(object, "port", 65_536, "'port' of type u16 is 0 to 65535, not 65536");
    assertRefused(object, "large", -1, "is 0 to 9223372036854775807, not -1");
    assertRefused(object, "name", 1, "'name' takes 8 bytes that are no single number");
  }

  private static void assertRefused(ObjectSpec object, String name, long value, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> find(object, name).set(object, value))
        .withMessageContaining(words);
  }
}
