package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people write in Java does the same on the JVM, in the kernel and in the engine. */
@Tag("datapath.differences")
class JavaIdiomsDifferenceTest {
  private static final int PACKETS = 60;
  private static final int LENGTH = 60;
  private static final int MARKS = 5;

  static Stream<Method> idioms() {
    return Stream.of(
            JavaIdioms.class,
            JavaLoopIdioms.class,
            JavaObjectIdioms.class,
            JavaOffsetIdioms.class,
            JavaOrderIdioms.class,
            JavaTableIdioms.class)
        .flatMap(type -> ProgramCompiler.programsOf(type).stream());
  }

  @ParameterizedTest
  @MethodSource("idioms")
  void theyDoTheSameEverywhere(Method method) throws Exception {
    for (Field field : method.getDeclaringClass().getDeclaredFields()) {
      if (field.getType() == Table.class && field.get(null) instanceof Table<?, ?> table) {
        table.clear();
      }
    }
    List<byte[]> packets = packets();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      expected.add(JavaProgram.of(method).run(new SkBuff(packets.get(i)).mark(i % MARKS)));
    }
    try (JavaPlaces places = new JavaPlaces()) {
      for (Map.Entry<String, Datapath> place : places.all().entrySet()) {
        try (LoadedObject loaded =
            place.getValue().programs().load(ProgramCompiler.compile(method).object())) {
          Program program = loaded.programs().values().iterator().next();
          List<Integer> found = new ArrayList<>();
          for (int i = 0; i < PACKETS; i++) {
            ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
            context.putInt(8, i % MARKS);
            TestRun run = TestRun.of(packets.get(i)).withContext(Bytes.copyOf(context.array()));
            found.add(program.testRun(run).verdict());
          }
          assertThat(found).as(place.getKey()).isEqualTo(expected);
        }
      }
    }
  }

  /** Any bytes; of every third packet, small ones. */
  private static List<byte[]> packets() {
    Random random = new Random(5);
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      byte[] packet = new byte[LENGTH];
      random.nextBytes(packet);
      if (i % 3 == 0) {
        for (int at = 0; at < LENGTH; at++) {
          packet[at] &= 7;
        }
      }
      packet[0] = (byte) (packet[0] & 0xfe | 2);
      packet[12] = 0x12;
      packets.add(packet);
    }
    return packets;
  }
}
