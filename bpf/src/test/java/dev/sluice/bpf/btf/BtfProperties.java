package dev.sluice.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.TypeDescription;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Descriptions ↔ BTF, and the reader with blobs that mean harm. */
class BtfProperties {
  private static final List<TypeDescription> SCALARS =
      List.of(
          TypeDescription.U8,
          TypeDescription.U16,
          TypeDescription.U32,
          TypeDescription.U64,
          TypeDescription.S8,
          TypeDescription.S64,
          TypeDescription.CHAR,
          TypeDescription.BOOL,
          TypeDescription.BE16,
          TypeDescription.BE64);

  @Provide
  Arbitrary<TypeDescription> types() {
    return Arbitraries.randomValue(random -> type(random, 4));
  }

  private static TypeDescription type(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(4)) {
      case 0, 1 -> SCALARS.get(random.nextInt(SCALARS.size()));
      case 2 -> new TypeDescription.Array(type(random, depth - 1), 1 + random.nextInt(5));
      default -> {
        TypeDescription.StructBuilder struct =
            TypeDescription.Struct.named(random.nextBoolean() ? "" : "s" + random.nextInt(9));
        int fields = 1 + random.nextInt(4);
        for (int i = 0; i < fields; i++) {
          struct.field("f" + i, type(random, depth - 1));
        }
        yield struct.build();
      }
    };
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void aDescriptionSurvives(@ForAll("types") TypeDescription type) {
    BtfBuilder builder = new BtfBuilder();
    int id = builder.add(type);
    Btf btf = Btf.parse(builder.build());
    assertThat(btf.describe(id)).contains(type);
    Set<BtfType> distinct = new HashSet<>(btf.types());
    assertThat(btf.types()).hasSameSizeAs(distinct);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void anyBytes(@ForAll byte[] blob) {
    check(blob);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 3000)
  void aMutatedBlob(@ForAll("types") TypeDescription type, @ForAll long seed) {
    Random random = new Random(seed);
    BtfBuilder builder = new BtfBuilder();
    builder.add(type);
    int prototype = builder.addPrototype(builder.addPointer(1), List.of());
    builder.addFunction("f", prototype, BtfBuilder.Linkage.STATIC);
    ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    byte[] blob = builder.build(order);
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int at = 3 + random.nextInt(blob.length - 3);
      blob[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(4));
    }
    check(blob);
  }

  private static void check(byte[] blob) {
    Btf btf;
    try {
      btf = Btf.parse(blob);
    } catch (InvalidBtfException e) {
      assertThat(e.offset()).isBetween(0, blob.length);
      return;
    }
    for (int id = 0; id <= btf.types().size() + 1; id++) {
      btf.describe(id).ifPresent(type -> assertThat(type.size()).isPositive());
    }
  }
}
