package dev.sluice.bpf.elf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.btf.ObjectBtf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The reader of object files with damaged ones: it gives a spec or says what is wrong. */
class ElfProperties {
  private static final Map<String, byte[]> FILES = new HashMap<>();

  static {
    ObjectFile.GOOD.forEach(name -> FILES.put(name, ObjectFile.read(name)));
  }

  private static boolean check(byte[] bytes) {
    try {
      ObjectSpec object = ElfObject.parse("fuzz.o", bytes);
      // What was read can be handed to a kernel.
      ObjectBtf.of(object).blob();
      for (ProgramSpec program : object.programs()) {
        assertThat(program.encode(map -> 1)).hasSize(program.code().slots() * 8);
      }
      return true;
    } catch (InvalidElfException e) {
      assertThat(e.place()).isNotBlank().hasSizeLessThan(1000);
      assertThat(e.reason()).isNotBlank().hasSizeLessThan(3000);
      return false;
    }
  }

  private static byte[] file(Random random) {
    return ObjectFile.read(ObjectFile.GOOD.get(random.nextInt(ObjectFile.GOOD.size())));
  }

  /** A number that is likely to be a limit of something. */
  private static int edge(Random random, int length) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Integer.MAX_VALUE - random.nextInt(16);
      case 3 -> Integer.MIN_VALUE;
      case 4 -> length - random.nextInt(16);
      default -> random.nextInt(64);
    };
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 4_000)
  void damagedAnywhere(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = file(random);
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      if (random.nextBoolean()) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        bytes[at] = (byte) random.nextInt();
      }
    }
    check(bytes);
  }

  /** Words of headers, symbols, relocations and types become limits, one at a time. */
  @Property(edgeCases = EdgeCasesMode.NONE, tries = 4_000)
  void wordsThatAreLimits(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = file(random);
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes; i++) {
      words.putInt(random.nextInt(bytes.length / 4) * 4, edge(random, bytes.length));
    }
    check(bytes);
  }

  /** The tables at the end are what decides where anything is. */
  @Property(edgeCases = EdgeCasesMode.NONE, tries = 4_000)
  void damagedTables(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = file(random);
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int table = (int) words.getLong(40);
    int at = table + random.nextInt((bytes.length - table) / 4) * 4;
    words.putInt(
        at,
        random.nextBoolean()
            ? edge(random, bytes.length)
            : words.getInt(at) + random.nextInt(64) - 32);
    check(bytes);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1_000)
  void cutOff(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = file(random);
    assertThat(check(Arrays.copyOf(bytes, random.nextInt(bytes.length)))).isFalse();
  }

  @Example
  void undamagedFilesAreRead() {
    FILES.forEach((name, bytes) -> assertThat(check(bytes)).as(name).isTrue());
  }

  /** Symbols cost few bytes, but each can name the whole of a section as a program. */
  @Example
  void manyProgramsOfTheSameCodeEndSoon() {
    byte[] bytes = manyPrograms(20_000, 20_000);
    long start = System.nanoTime();
    assertThat(check(bytes)).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Example
  void manyProgramsOfLittleCodeAreRead() {
    assertThat(check(manyPrograms(2_000, 10))).isTrue();
  }

  /** A file whose section {@code tc} has so many slots, all of them in each of its programs. */
  private static byte[] manyPrograms(int programs, int slots) {
    byte[] names = "\0tc\0.symtab\0.strtab\0".getBytes(StandardCharsets.US_ASCII);
    int code = 64;
    int symbols = code + slots * 8;
    int strings = symbols + programs * 24;
    int sections = strings + names.length;
    ByteBuffer out = ByteBuffer.allocate(sections + 4 * 64).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.putShort(16, (short) 1).putShort(18, (short) 247).putLong(40, sections);
    out.putShort(58, (short) 64).putShort(60, (short) 4).putShort(62, (short) 3);
    for (int i = 0; i < slots; i++) {
      out.putLong(code + i * 8, i == slots - 1 ? 0x95 : 0xb7);
    }
    for (int i = 0; i < programs; i++) {
      int at = symbols + i * 24;
      out.putInt(at, 1).put(at + 4, (byte) 0x12).putShort(at + 6, (short) 1);
      out.putLong(at + 16, slots * 8L);
    }
    out.put(strings, names);
    section(out, sections + 64, 1, 1, 6, code, slots * 8, 0);
    section(out, sections + 128, 4, 2, 0, symbols, programs * 24, 3);
    section(out, sections + 192, 12, 3, 0, strings, names.length, 0);
    return out.array();
  }

  private static void section(
      ByteBuffer out, int at, int name, int type, int flags, int offset, int size, int link) {
    out.putInt(at, name).putInt(at + 4, type).putLong(at + 8, flags);
    out.putLong(at + 24, offset).putLong(at + 32, size).putInt(at + 40, link);
  }
}
