package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.Pinning;
import dev.sluice.bpf.elf.ElfObject;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.TestRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs in C, compiled by clang: their functions, maps and variables do what the source says.
 */
@Needs(Feature.TEST_RUN)
public abstract class ObjectFiles extends Suite {
  private static final Path FOLDER =
      Path.of("..", "bpf", "src", "test", "resources", "dev", "sluice", "bpf", "elf");
  private static final int SKB_SIZE = 192;
  private static final int SKB_MARK = 8;

  private static ObjectSpec read(String file) {
    try {
      return ElfObject.parse(file, Files.readAllBytes(FOLDER.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LoadedObject load(ObjectSpec object) {
    return closing(datapath().programs().load(object));
  }

  private static byte[] frame(int length) {
    return Arrays.copyOf(Frame.labelled("object file").bytes().toArray(), length);
  }

  private static TestRun run(int length, int mark) {
    ByteBuffer context = ByteBuffer.allocate(SKB_SIZE).order(ByteOrder.nativeOrder());
    context.putInt(SKB_MARK, mark);
    return TestRun.of(frame(length)).withContext(Bytes.copyOf(context.array()));
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  private static ByteBuffer value(BpfMap map, int key) {
    return ByteBuffer.wrap(Objects.requireNonNull(map.lookup(key(key))))
        .order(ByteOrder.nativeOrder());
  }

  /** The verdict is a weight of {@code 1 << (length & 7)}, three times, at most 100. */
  @ParameterizedTest
  @CsvSource({"64, 3", "65, 6", "66, 12", "68, 48", "69, 96", "70, 100", "1207, 100", "1200, 3"})
  void functionsAndConstants(int length, int verdict) {
    LoadedObject object = load(read("count.o"));

    assertThat(object.program("count").testRun(run(length, 0)).verdict()).isEqualTo(verdict);
    assertThat(object.program("weigh_only").testRun(run(length, 0)).verdict()).isEqualTo(verdict);
  }

  @Test
  void mapsAndVariables() {
    LoadedObject object = load(read("count.o"));
    object.program("count").testRun(run(100, 7));
    object.program("count").testRun(run(1300, 7));
    object.program("count").testRun(run(200, 9).repeated(3));

    ByteBuffer seven = value(object.map("by_mark"), 7);
    assertThat(seven.getLong(0)).isEqualTo(2);
    assertThat(seven.getLong(8)).isEqualTo(1400);
    assertThat(value(object.map("by_mark"), 9).getLong(8)).isEqualTo(600);
    // The limit of 1000 is in .rodata: one packet was longer.
    assertThat(value(object.map("totals"), 0).getLong(0)).isEqualTo(4);
    assertThat(value(object.map("totals"), 1).getLong(0)).isEqualTo(1);
    ByteBuffer zeros = value(object.map("count.bss"), 0);
    assertThat(zeros.getInt(0)).as("largest").isEqualTo(1300);
    assertThat(zeros.getLong(8)).as("seen").isEqualTo(5 * 3);
  }

  @Test
  void variablesCanBeChangedAndConstantsNot() {
    LoadedObject object = load(read("count.o"));
    object.map("count.data").update(key(0), key(5));

    assertThat(object.program("count").testRun(run(64, 0)).verdict()).isEqualTo(5);
    assertThatExceptionOfType(SluiceException.class)
        .isThrownBy(() -> object.map("count.rodata").update(key(0), key(5)));
  }

  @Test
  void everyKindOfMap() {
    ObjectSpec read = read("maps.o");
    ObjectSpec unpinned =
        new ObjectSpec(
            read.programs(),
            read.maps().stream().map(map -> map.withPinning(Pinning.NONE)).toList());
    LoadedObject object = load(unpinned);

    assertThat(object.program("use").testRun(run(64, 0)).verdict()).isEqualTo(7);
    object.map("routes").update(prefix(), key(1));
    assertThat(object.program("use").testRun(run(64, 0)).verdict()).isEqualTo(1);
    byte[] name = new byte[12];
    name[0] = 'k';
    name[1] = 'e';
    name[2] = 'y';
    object.map("sizes_only").update(name, new byte[20]);
    assertThat(object.program("use").testRun(run(64, 0)).verdict()).isEqualTo(2);
  }

  private static byte[] prefix() {
    byte[] prefix = new byte[20];
    ByteBuffer.wrap(prefix).order(ByteOrder.nativeOrder()).putInt(8);
    prefix[4] = 1;
    return prefix;
  }

  @Test
  void headersAndCallbacks() {
    LoadedObject object = load(read("packet.o"));

    assertThat(object.program("protocol").testRun(run(64, 0)).verdict()).isEqualTo(17);
    assertThat(object.program("loops").testRun(run(64, 0)).verdict()).isEqualTo(45);
  }

  @Test
  void everySection() {
    LoadedObject object = load(read("sections.o"));

    assertThat(object.program("at_egress").testRun(run(101, 0)).verdict()).isEqualTo(2);
    assertThat(object.program("at_egress").testRun(run(100, 0)).verdict()).isEqualTo(-1);
    assertThat(object.program("at_driver").testRun(TestRun.of(frame(64))).verdict()).isEqualTo(2);
    assertThat(object.program("a_name_that_is_").testRun(run(64, 0)).verdict()).isEqualTo(3);
    assertThat(object.program("a_name_that_i_2").testRun(run(64, 0)).verdict()).isEqualTo(4);
    assertThat(load(read("plain.o")).programs().keySet()).isEqualTo(object.programs().keySet());
  }

  @Test
  void refusalsNameTheLineInC() {
    VerifierRejected rejected =
        catchThrowableOfType(
            VerifierRejected.class, () -> datapath().programs().load(read("faulty.o")).close());

    assertThat(rejected.sourceLine()).isEqualTo("./faulty.c:7");
    assertThat(rejected.log())
        .contains("return data[0]; // nothing says that this byte is there @ faulty.c:7");
  }
}
