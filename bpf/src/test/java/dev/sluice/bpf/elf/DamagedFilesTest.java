package dev.sluice.bpf.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.ObjectBtf;
import dev.sluice.bpf.relocation.KernelTypes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Many damaged object files, read for a kernel that has what they ask for: each gives a spec or
 * says what is wrong, soon, and without more memory than its size accounts for.
 *
 * <p>{@code -Dsluice.elf.inputs=1000000} tries more of them, {@code -Dsluice.elf.seed=7} others,
 * {@code -Dsluice.elf.files=DIRECTORY} those of a directory, too.
 */
class DamagedFilesTest {
  private static final int INPUTS = Integer.getInteger("sluice.elf.inputs", 8_000);
  private static final long SEED = Long.getLong("sluice.elf.seed", 1);
  private static final long SLOWEST_NANOS = 5_000_000_000L;

  /** What a file of no bytes may take, and each of its bytes. */
  private static final long ALLOWED_BYTES = 8L << 20;

  private static final long ALLOWED_BYTES_PER_BYTE = 100;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<String> ASKING =
      List.of("task.o", "extern.o", "legacy.o", "values.o", "probe.o");

  private final Random random = new Random(SEED);
  private final List<byte[]> files = files();
  private final KernelFacts facts = facts();

  private static List<byte[]> files() {
    List<byte[]> files = new ArrayList<>();
    Stream.concat(ObjectFile.GOOD.stream(), ASKING.stream())
        .forEach(name -> files.add(ObjectFile.read(name)));
    String directory = System.getProperty("sluice.elf.files");
    if (directory != null) {
      try (Stream<Path> more = Files.list(Path.of(directory))) {
        for (Path file : more.filter(path -> path.toString().endsWith(".o")).sorted().toList()) {
          files.add(Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return files;
  }

  /** A kernel whose types are those that one of the files expects, so that they are found. */
  private static KernelFacts facts() {
    ElfBytes types = ElfFile.read(ObjectFile.read("task.o")).section(".BTF").orElseThrow().bytes();
    Optional<KernelTypes> kernel = Optional.of(new KernelTypes(Btf.parse(types.array())));
    return new KernelFacts() {
      @Override
      public String name() {
        return "a kernel";
      }

      @Override
      public Optional<KernelTypes> types() {
        return kernel;
      }

      @Override
      public Optional<Integer> version() {
        return Optional.of(6 << 16 | 18 << 8);
      }

      @Override
      public Optional<String> configuration(String option) {
        return option.length() % 2 == 0 ? Optional.of("y") : Optional.of("100");
      }

      @Override
      public OptionalLong address(String symbol) {
        return OptionalLong.of(0xffff_ffff_8100_0000L);
      }
    };
  }

  @Test
  void eachEndsSoonAndTakesLittle() {
    int read = 0;
    long most = 0;
    long slowest = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = damaged();
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      try {
        if (isRead(bytes)) {
          read++;
        }
      } catch (RuntimeException | Error e) {
        throw new AssertionError("input " + i + " of seed " + SEED, e);
      }
      long nanos = System.nanoTime() - start;
      allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      assertThat(nanos).as("nanoseconds of input %d", i).isLessThan(SLOWEST_NANOS);
      assertThat(allocated)
          .as("bytes allocated for the %d of input %d", bytes.length, i)
          .isLessThan(ALLOWED_BYTES + bytes.length * ALLOWED_BYTES_PER_BYTE);
      slowest = Math.max(slowest, nanos);
      most = Math.max(most, allocated);
    }
    // Damage that is not looked at leaves files readable; if none were, little would be tested.
    assertThat(read).isBetween(INPUTS / 20, INPUTS * 19 / 20);
    System.out.printf(
        "%d damaged object files: %d read, at most %d kB allocated and %d ms for one%n",
        INPUTS, read, most >> 10, slowest / 1_000_000);
  }

  private boolean isRead(byte[] bytes) {
    try {
      ObjectSpec object = ElfObject.parse("fuzz.o", bytes, facts);
      // What was read can be handed to a kernel.
      assertThat(ObjectBtf.of(object).blob()).isNotEmpty();
      for (ProgramSpec program : object.programs()) {
        assertThat(program.encode(map -> 1)).hasSize(program.code().slots() * 8);
      }
      return true;
    } catch (InvalidElfException e) {
      assertThat(e.place()).isNotBlank().hasSizeLessThan(1_000);
      assertThat(e.reason()).isNotBlank().hasSizeLessThan(4_000);
      return false;
    }
  }

  private byte[] damaged() {
    byte[] bytes = files.get(random.nextInt(files.size())).clone();
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int table = (int) words.getLong(40);
    int header = table + 64 * random.nextInt(words.getShort(60));
    int part = (int) words.getLong(header + 24);
    int size = (int) Math.min(words.getLong(header + 32), bytes.length - part);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      switch (random.nextInt(5)) {
        case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        case 1 -> words.putInt(header + 4 * random.nextInt(16), word(bytes.length));
        case 2 -> { // parts are equally likely, whatever their size
          if (size > 0) {
            bytes[part + random.nextInt(size)] ^= (byte) (1 << random.nextInt(8));
          }
        }
        case 3 -> {
          if (size >= 4) {
            words.putInt(part + random.nextInt(size / 4) * 4, word(size));
          }
        }
        default -> { // what refers to something refers to something else
          if (size >= 8) {
            int from = part + random.nextInt(size / 4) * 4;
            int to = part + random.nextInt(size / 4) * 4;
            int length = Math.min(24, part + size - Math.max(from, to));
            System.arraycopy(bytes, from, bytes, to, length);
          }
        }
      }
    }
    return bytes;
  }

  /** A number that is likely to be a limit of something. */
  private int word(int length) {
    return switch (random.nextInt(6)) {
      case 0 -> -1 + random.nextInt(2);
      case 1 -> Integer.MAX_VALUE - random.nextInt(16);
      case 2 -> Integer.MIN_VALUE;
      case 3 -> length - random.nextInt(16);
      case 4 -> 1 << random.nextInt(31);
      default -> random.nextInt(64);
    };
  }
}
