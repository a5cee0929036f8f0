package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.MapSpec;
import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.vm.ExecutionMode;
import dev.sluice.programs.ClassMarker;
import dev.sluice.programs.ConnectionTracker;
import dev.sluice.programs.Firewall;
import dev.sluice.programs.RuleList;
import dev.sluice.programs.Sampler;
import dev.sluice.programs.TokenBucketPolicer;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs that come with Sluice decide the same about random packets on the JVM, in the kernel
 * and in the engine, with the same entries in their tables.
 */
@Tag("datapath.differences")
class ShippedProgramsDifferenceTest {
  private static final int PACKETS = Integer.getInteger("sluice.packets", 400);
  private static final int MARK = 8;
  private static final int PRIORITY = 32;

  static Stream<Method> programs() {
    return Stream.of(
            Firewall.class,
            ClassMarker.class,
            Sampler.class,
            ConnectionTracker.class,
            TokenBucketPolicer.class,
            RuleList.class)
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> method.isAnnotationPresent(BpfProgram.class));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void theyDecideTheSame(Method method) throws Exception {
    try (KernelVerdict verdict = KernelVerdict.open();
        Datapath interpreted =
            EngineDatapath.open(new Network(1).addHost("a"), ExecutionMode.INTERPRETED);
        Datapath compiled =
            EngineDatapath.open(new Network(1).addHost("b"), ExecutionMode.COMPILED)) {
      // Far from both clocks' ends, and the same for every packet.
      Kernel.setNanoTime(1);
      Map<String, Table<?, ?>> tables = tables(method.getDeclaringClass());
      tables.values().forEach(Table::clear);
      Random random = new Random(method.getName().hashCode());
      ShippedTables.fill(random);
      List<LoadedObject> loaded = new ArrayList<>();
      for (Datapath place : List.of(verdict.datapath(), interpreted, compiled)) {
        LoadedObject object = place.programs().load(ProgramCompiler.compile(method).object());
        loaded.add(object);
        tables.forEach((name, table) -> copy(name, table, object.maps().get(name)));
      }
      for (int i = 0; i < PACKETS; i++) {
        byte[] packet = ShippedTables.packet(random);
        int mark = random.nextInt();
        SkBuff skb = new SkBuff(packet).mark(mark);
        int decided = JavaProgram.of(method).run(skb);
        String expected = decided + " " + skb.mark() + " " + skb.priority();
        for (LoadedObject object : loaded) {
          Program program = object.programs().values().iterator().next();
          assertThat(run(program, packet, mark)).as("%s", Bytes.copyOf(packet)).isEqualTo(expected);
        }
      }
      loaded.forEach(LoadedObject::close);
    }
  }

  private static Map<String, Table<?, ?>> tables(Class<?> type) throws IllegalAccessException {
    Map<String, Table<?, ?>> tables = new LinkedHashMap<>();
    for (Field field : type.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof Table<?, ?> table) {
        MapSpec spec = table.spec(field.getName());
        tables.put(spec.name(), table);
      }
    }
    return tables;
  }

  private static void copy(String name, Table<?, ?> table, @Nullable BpfMap map) {
    if (map != null && !table.spec(name).type().isPerCpu()) {
      table.forEach(map::update);
    }
  }

  private static String run(Program program, byte[] packet, int mark) {
    ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
    context.putInt(MARK, mark);
    TestRun.Result result =
        program.testRun(TestRun.of(packet).withContext(Bytes.copyOf(context.array())));
    ByteBuffer after =
        ByteBuffer.wrap(Objects.requireNonNull(result.context()).toArray())
            .order(ByteOrder.nativeOrder());
    return result.verdict() + " " + after.getInt(MARK) + " " + after.getInt(PRIORITY);
  }
}
