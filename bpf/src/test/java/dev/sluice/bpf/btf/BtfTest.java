package dev.sluice.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bpf.TypeDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BtfTest {
  private static final TypeDescription COUNT =
      TypeDescription.Struct.named("count")
          .field("packets", TypeDescription.U64)
          .field("address", new TypeDescription.Array(TypeDescription.BE16, 2))
          .build();

  @Test
  void writesTheLayoutOfTheKernel() {
    BtfBuilder builder = new BtfBuilder();
    assertThat(builder.add(TypeDescription.S32)).isEqualTo(1);
    assertThat(builder.add(TypeDescription.S32)).isEqualTo(1);
    assertThat(builder.addPointer(1)).isEqualTo(2);
    byte[] blob = builder.build(ByteOrder.LITTLE_ENDIAN);
    assertThat(HexFormat.of().formatHex(blob))
        .isEqualTo(
            "9feb" // magic
                + "01" // version
                + "00" // flags
                + "18000000" // hdr_len
                + "00000000" // type_off
                + "1c000000" // type_len
                + "1c000000" // str_off
                + "05000000" // str_len
                + "01000000" // name_off
                + "00000001" // info: INT
                + "04000000" // size
                + "20000001" // signed, 32 bits
                + "00000000" // no name
                + "00000002" // info: PTR
                + "01000000" // type
                + "0073333200"); // "\0s32\0"
  }

  @Test
  void readsWhatItWrites() {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      BtfBuilder builder = new BtfBuilder();
      int count = builder.add(COUNT);
      int context = builder.addPointer(BtfBuilder.VOID);
      int prototype =
          builder.addPrototype(
              builder.add(TypeDescription.S32), List.of(new BtfBuilder.Parameter("ctx", context)));
      int function = builder.addFunction("main", prototype, BtfBuilder.Linkage.GLOBAL);
      Btf btf = Btf.parse(builder.build(order));
      assertThat(btf.describe(count)).contains(COUNT);
      assertThat(btf.type(function)).contains(new BtfType.Function("main", prototype, 1));
      assertThat(btf.type(prototype))
          .contains(
              new BtfType.Prototype(
                  builder.add(TypeDescription.S32),
                  List.of(new BtfType.Parameter("ctx", context))));
      assertThat(btf.type(context)).contains(new BtfType.Pointer(0));
      assertThat(btf.type(0)).isEmpty();
      assertThat(btf.describe(function)).isEmpty();
      assertThat(btf.describe(0)).isEmpty();
    }
  }

  /** A blob of these words as types, with the strings {@code "", "a", "b"}. */
  private static byte[] blob(int... words) {
    byte[] strings = {0, 'a', 0, 'b', 0};
    ByteBuffer out =
        ByteBuffer.allocate(24 + words.length * 4 + strings.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    out.putInt(0).putInt(words.length * 4).putInt(words.length * 4).putInt(strings.length);
    for (int word : words) {
      out.putInt(word);
    }
    return out.put(strings).array();
  }

  @Test
  void readsKindsItDoesNotWrite() {
    Btf btf =
        Btf.parse(
            blob(
                // [1] enum a { a = -1, b = 2 }
                1,
                0x86000002,
                4,
                1,
                -1,
                3,
                2,
                // [2] enum64 { a = 2^32 }
                0,
                0x13000001,
                8,
                1,
                0,
                1,
                // [3] union a { enum a; }
                1,
                0x05000001,
                4,
                1,
                1,
                0,
                // [4] const enum a, [5] float, [6] fwd union, [7] volatile, [8] restrict
                0,
                0x0a000000,
                1,
                1,
                0x10000000,
                8,
                1,
                0x87000000,
                0,
                0,
                0x09000000,
                1,
                0,
                0x0b000000,
                1,
                // [9] var, [10] datasec, [11] decl tag, [12] type tag
                1,
                0x0e000000,
                1,
                1,
                1,
                0x0f000001,
                4,
                9,
                0,
                4,
                1,
                0x11000000,
                9,
                -1,
                1,
                0x12000000,
                1,
                // [13] struct { enum a a : 3 }
                0,
                0x84000001,
                4,
                1,
                1,
                0x03000005));
    assertThat(btf.types()).hasSize(13);
    assertThat(btf.type(1))
        .contains(
            new BtfType.Enumeration(
                "a",
                4,
                true,
                List.of(new BtfType.Enumerator("a", -1), new BtfType.Enumerator("b", 2))));
    assertThat(btf.type(2))
        .contains(
            new BtfType.Enumeration("", 8, false, List.of(new BtfType.Enumerator("a", 1L << 32))));
    assertThat(btf.describe(3)).contains(new TypeDescription.Array(TypeDescription.U8, 4));
    assertThat(btf.describe(4)).map(TypeDescription::size).contains(4);
    assertThat(btf.type(5)).contains(new BtfType.Float("a", 8));
    assertThat(btf.type(6)).contains(new BtfType.Forward("a", true));
    assertThat(btf.type(9)).contains(new BtfType.Variable("a", 1, 1));
    assertThat(btf.type(10))
        .contains(new BtfType.Section("a", 4, List.of(new BtfType.SectionEntry(9, 0, 4))));
    assertThat(btf.type(11)).contains(new BtfType.DeclarationTag("a", 9, -1));
    assertThat(btf.type(12)).contains(new BtfType.Qualified(BtfType.Qualifier.TYPE_TAG, "a", 1));
    assertThat(btf.type(13))
        .contains(new BtfType.Composite("", false, 4, List.of(new BtfType.Member("a", 1, 5, 3))));
    assertThat(btf.describe(13)).contains(new TypeDescription.Array(TypeDescription.U8, 4));
  }

  @Test
  void describesATypeInItselfAsBytes() {
    // [1] struct a { a a; a b; }, [2] typedef itself
    Btf btf = Btf.parse(blob(1, 0x04000002, 8, 1, 1, 0, 3, 1, 0, 1, 0x08000000, 2));
    assertThat(btf.describe(1)).contains(new TypeDescription.Array(TypeDescription.U8, 8));
    assertThat(btf.describe(2)).isEmpty();
  }

  @Test
  void describesNoTypeThatGrowsWithoutEnd() {
    // [1] u8; [n] an array of two of the one before: 2^30 bytes in the end.
    int[] words = new int[4 + 30 * 6];
    System.arraycopy(new int[] {1, 0x01000000, 1, 8}, 0, words, 0, 4);
    for (int i = 0; i < 30; i++) {
      System.arraycopy(new int[] {0, 0x03000000, 0, i + 1, 1, 2}, 0, words, 4 + i * 6, 6);
    }
    Btf btf = Btf.parse(blob(words));
    assertThat(btf.describe(31)).isEmpty();
    assertThat(btf.describe(10)).map(TypeDescription::size).contains(512);
  }

  @Test
  void refusesWhatIsNoBtf() {
    refuses(new byte[10], 0, "the header takes 24 bytes, there are 10");
    refuses(new byte[24], 0, "magic 0x0000");
    byte[] version = blob();
    version[2] = 2;
    refuses(version, 2, "version 2");
    byte[] header = blob();
    header[4] = 0x70;
    refuses(header, 4, "a header of 112 of 29 bytes");
    byte[] types = blob();
    types[12] = 0x70;
    refuses(types, 8, "types of 112 bytes");
    byte[] strings = blob();
    strings[20] = 0x70;
    refuses(strings, 16, "strings of 112 bytes");
    byte[] unterminated = blob();
    unterminated[28] = 'x';
    refuses(unterminated, 24, "strings must start and end with a NUL");
    refuses(blob(1, 0x01000000), 24, "a type takes 12 bytes, 8 are left");
    refuses(blob(9, 0x01000000, 4, 32), 24, "a name at 9 of 5 bytes");
    refuses(blob(1, 0x1f000000, 4), 24, "type 1 has the unknown kind 31");
    refuses(blob(1, 0x01000000, 4, 64), 32, "an integer of 64 bits from bit 0 in 4 bytes");
    refuses(blob(1, 0x01000000, 0, 0), 32, "a number of 0 bytes");
    refuses(blob(0, 0x02000000, 7), 32, "no type has the id 7, there are 1");
    refuses(blob(0, 0x0400ffff, 7), 36, "the members of a struct takes 786420 bytes");
    refuses(blob(0, 0x04000001, 1, 1, 0, 9), 36, "a member at bit 9 of a struct of 1 bytes");
  }

  private static void refuses(byte[] blob, int offset, String reason) {
    assertThatExceptionOfType(InvalidBtfException.class)
        .isThrownBy(() -> Btf.parse(blob))
        .withMessageContaining(reason)
        .matches(e -> e.offset() == offset);
  }

  @Test
  void refusesNamesThatAreNone() {
    BtfBuilder builder = new BtfBuilder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.addFunction("a b", 1, BtfBuilder.Linkage.STATIC));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.string("a\0b"));
  }
}
