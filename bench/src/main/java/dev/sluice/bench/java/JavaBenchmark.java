package dev.sluice.bench.java;

import dev.sluice.bench.Samples;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import dev.sluice.programs.ClassMarker;
import dev.sluice.programs.Firewall;
import dev.sluice.programs.RuleList;
import dev.sluice.programs.TokenBucketPolicer;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The same programs from Java and from C, by test run in the kernel. */
public final class JavaBenchmark {
  private static final int WARM_UP_ROUNDS = 2;
  private static final int COMPILATIONS = 200;
  private static final int PORT = 443;

  private final int rounds;
  private final int runs;
  private final Consumer<String> progress;

  /**
   * A benchmark.
   *
   * @param rounds how often each has its turn
   * @param runs how often a program is run in a turn
   * @param progress is told what is going on
   */
  public JavaBenchmark(int rounds, int runs, Consumer<String> progress) {
    this.rounds = rounds;
    this.runs = runs;
    this.progress = progress;
  }

  /** Runs all. */
  public JavaResult run() {
    try (NetworkNamespace namespace = NetworkNamespace.create("bench");
        Datapath kernel = KernelDatapath.open(namespace)) {
      List<JavaResult.Row> rows = new ArrayList<>();
      rows.add(compare(kernel, "firewall", Firewall.class, "firewall"));
      rows.add(compare(kernel, "class marker", ClassMarker.class, "set_class"));
      rows.add(compare(kernel, "token bucket", TokenBucketPolicer.class, "police"));
      rows.add(compare(kernel, "200 rules", RuleList.class, "rules"));
      return new JavaResult(rows, compileTimes());
    }
  }

  private JavaResult.Row compare(Datapath kernel, String title, Class<?> type, String object) {
    progress.accept(title);
    Method method = ProgramCompiler.programsOf(type).getFirst();
    ObjectSpec java = ProgramCompiler.compile(method).object();
    ObjectSpec clang = CObject.read(object);
    List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>());
    StringBuilder refusal = new StringBuilder();
    try (LoadedObject ours = kernel.programs().load(java);
        LoadedObject theirs = load(kernel, clang, refusal)) {
      List<LoadedObject> both = theirs == null ? List.of(ours) : List.of(ours, theirs);
      both.forEach(JavaBenchmark::fill);
      TestRun run = TestRun.of(packet()).repeated(runs);
      for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
        for (int i = 0; i < both.size(); i++) {
          int which = (i + Math.abs(round)) % both.size();
          TestRun.Result result = program(both.get(which)).testRun(run);
          if (round >= 0) {
            times.get(which).add((double) result.nanoseconds());
          }
        }
      }
      return new JavaResult.Row(
          title,
          made(java.programs().getFirst(), ours, times.get(0)),
          clang.programs().getFirst().code().slots(),
          theirs == null ? null : made(clang.programs().getFirst(), theirs, times.get(1)),
          theirs == null ? refusal.toString() : null);
    }
  }

  private static @Nullable LoadedObject load(
      Datapath kernel, ObjectSpec object, StringBuilder refusal) {
    try {
      return kernel.programs().load(object);
    } catch (VerifierRejected e) {
      refusal.append(e.getMessage());
      return null;
    }
  }

  private static Program program(LoadedObject object) {
    return object.programs().values().iterator().next();
  }

  private static JavaResult.Made made(ProgramSpec spec, LoadedObject loaded, List<Double> times) {
    return new JavaResult.Made(
        spec.code().slots(), program(loaded).info().verifiedInstructions(), Samples.of(times));
  }

  /** Entries that the packet meets: its port is open, has a class, and the bucket is large. */
  private static void fill(LoadedObject object) {
    Map<String, Runnable> entries =
        Map.of(
            "open", () -> put(object, "open", ints(6, PORT), ints(1)),
            "class_by_port", () -> put(object, "class_by_port", ints(PORT), ints(0x10010)),
            "bucket",
                () -> put(object, "bucket", ints(0), longs(1L << 40, 1L << 40, 1L << 40, 0, 0)));
    object.maps().keySet().forEach(name -> entries.getOrDefault(name, () -> {}).run());
  }

  private static void put(LoadedObject object, String map, byte[] key, byte[] value) {
    Objects.requireNonNull(object.maps().get(map)).update(key, value);
  }

  private static byte[] ints(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.nativeOrder());
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static byte[] longs(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.nativeOrder());
    for (long number : numbers) {
      bytes.putLong(number);
    }
    return bytes.array();
  }

  private static byte[] packet() {
    ByteBuffer packet = ByteBuffer.allocate(100);
    packet.putShort(12, (short) 0x0800).put(14, (byte) 0x45).put(23, (byte) 6);
    packet.putInt(26, 0x0a00_0001).putInt(30, 0x0a00_0002);
    packet.putShort(34, (short) 5_000).putShort(36, (short) PORT);
    return packet.array();
  }

  private static Samples compileTimes() {
    Method method = ProgramCompiler.programsOf(Firewall.class).getFirst();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < COMPILATIONS; i++) {
      long start = System.nanoTime();
      int slots = ProgramCompiler.compile(method).program().code().slots();
      double time = (System.nanoTime() - start) / 1e6;
      if (slots > 0 && i >= COMPILATIONS / 2) {
        times.add(time);
      }
    }
    return Samples.of(times);
  }
}
