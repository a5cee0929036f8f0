package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.XdpContext;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random Java methods do the same on the JVM, compiled to a program in the kernel, and in the
 * engine, interpreted and compiled: verdict, mark, priority and packet. {@code
 * -Dsluice.programs=NUMBER} says how many for each seed, {@code -Dsluice.seed=NUMBER} runs one
 * seed.
 */
@Tag("datapath.differences")
class JavaProgramDifferenceTest {
  private static final int METHODS = Integer.getInteger("sluice.programs", 60);
  private static final int METHODS_OF_A_CLASS = 30;
  private static final int MARK = 8;
  private static final int PRIORITY = 32;

  private static final int[] TYPES = {0x1234, 0x0800, 0x86dd, 0x8100, 0x88a8};

  /** What a packet is if its Ethernet address is not that of the loopback device. */
  private static final int OTHER_HOST = 3;

  /** Of random methods, how many the kernel's verifier takes at least. */
  private static final double ACCEPTED = 0.97;

  @TempDir Path directory;

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void methodsDoTheSameEverywhere(long seed) throws Exception {
    compare(seed, RandomJava.Changes.BYTES);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void methodsThatMovePacketsDoTheSameEverywhere(long seed) throws Exception {
    compare(seed, RandomJava.Changes.SHAPE);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void methodsThatMoveTheEndsOfXdpPacketsDoTheSameEverywhere(long seed) throws Exception {
    compare(seed, RandomJava.Changes.XDP);
  }

  private void compare(long seed, RandomJava.Changes changes) throws Exception {
    try (JavaPlaces places = new JavaPlaces()) {
      Random random = new Random(seed);
      int done = 0;
      int refused = 0;
      while (done < METHODS) {
        int count = Math.min(METHODS_OF_A_CLASS, METHODS - done);
        String source = RandomJava.of("Random", count, changes, random);
        Class<?> made = new JavaSource(directory).compile("Random", source);
        for (int i = 0; i < count; i++) {
          Method method = method(made, "m" + i);
          refused += compare(method, places.all(), random, source) ? 0 : 1;
          done++;
        }
      }
      assertThat((double) refused / METHODS).as("refused").isLessThan(1 - ACCEPTED);
    }
  }

  private static Method method(Class<?> made, String name) {
    return ProgramCompiler.programsOf(made).stream()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isXdp(Method method) {
    return method.getParameterTypes()[0] == XdpContext.class;
  }

  /** Whether the kernel took it. */
  private static boolean compare(
      Method method, Map<String, Datapath> places, Random random, String source) {
    // Every other time, whatever is called more than once becomes a function.
    int large = random.nextBoolean() ? Integer.MAX_VALUE : 4;
    ObjectSpec object = ProgramCompiler.compile(method, Map.of(), large, (_, _) -> {}).object();
    List<byte[]> packets = packets(random);
    List<Bytes> contexts = packets.stream().map(_ -> context(random)).toList();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < packets.size(); i++) {
      expected.add(onJvm(method, packets.get(i), contexts.get(i)));
    }
    for (Map.Entry<String, Datapath> place : places.entrySet()) {
      List<String> found = new ArrayList<>();
      try (LoadedObject loaded = place.getValue().programs().load(object)) {
        Program program = loaded.programs().values().iterator().next();
        for (int i = 0; i < packets.size(); i++) {
          // A packet that became too long to be given back tells nothing.
          found.add(
              inDatapath(program, packets.get(i), isXdp(method) ? Bytes.EMPTY : contexts.get(i))
                  .orElse(expected.get(i)));
        }
      } catch (VerifierRejected e) {
        if (e.log().contains("too large") || e.log().contains("too complex")) {
          return false;
        }
        throw new AssertionError(
            place.getKey() + " refuses " + body(method, source) + "\n" + e.log(), e);
      }
      assertThat(found)
          .as("%s at %s\n%s", place.getKey(), body(method, source), Disassembler.assembly(object))
          .isEqualTo(expected);
    }
    return true;
  }

  private static String body(Method method, String source) {
    int at = source.indexOf(" " + method.getName() + "(");
    int end = source.indexOf("@BpfProgram", at);
    return source.substring(at, end < 0 ? source.length() : end);
  }

  private static List<byte[]> packets(Random random) {
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] packet = new byte[i == 0 ? 14 + random.nextInt(10) : 54 + random.nextInt(40)];
      random.nextBytes(packet);
      packet[0] = 2; // not for the loopback device
      int type = i == 0 ? 0x1234 : TYPES[random.nextInt(TYPES.length)];
      packet[12] = (byte) (type >>> 8);
      packet[13] = (byte) type;
      packets.add(packet);
    }
    return packets;
  }

  private static Bytes context(Random random) {
    ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
    context.putInt(MARK, random.nextInt()).putInt(PRIORITY, random.nextInt(100) - 50);
    return Bytes.copyOf(context.array());
  }

  private static String onJvm(Method method, byte[] packet, Bytes context) {
    if (isXdp(method)) {
      XdpContext xdp = new XdpContext(packet, 1, 0);
      int verdict = JavaProgram.of(method).run(xdp);
      return text(verdict, 0, 0, xdp.toArray());
    }
    ByteBuffer fields = ByteBuffer.wrap(context.toArray()).order(ByteOrder.nativeOrder());
    SkBuff skb =
        new SkBuff(packet)
            .packetType(OTHER_HOST)
            .mark(fields.getInt(MARK))
            .priority(fields.getInt(PRIORITY));
    int verdict = JavaProgram.of(method).run(skb);
    return text(verdict, skb.mark(), skb.priority(), skb.toArray());
  }

  private static Optional<String> inDatapath(Program program, byte[] packet, Bytes context) {
    TestRun.Result result;
    try {
      TestRun run = TestRun.of(packet);
      result = program.testRun(context.length() == 0 ? run : run.withContext(context));
    } catch (KernelRejected e) {
      if (e.is(Errno.ENOSPC)) {
        return Optional.empty();
      }
      throw e;
    }
    byte[] after = Arrays.copyOf(result.context().toArray(), PRIORITY + 4);
    ByteBuffer fields = ByteBuffer.wrap(after).order(ByteOrder.nativeOrder());
    return Optional.of(
        text(
            result.verdict(),
            fields.getInt(MARK),
            fields.getInt(PRIORITY),
            result.packet().toArray()));
  }

  private static String text(int verdict, int mark, int priority, byte[] packet) {
    return "verdict %d mark %d priority %d packet %s"
        .formatted(verdict, mark, priority, HexFormat.of().formatHex(packet));
  }
}
