package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.ProgramCompiler;
import dev.sluice.compiler.program.JavaProgram;
import dev.sluice.compiler.program.PacketBytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Runs a program in Java everywhere, on the same random packets, and compares what it does. */
final class JavaComparison {
  private static final int PACKETS = 300;

  private final Class<?> holder;
  private final Function<byte[], PacketBytes> context;

  private JavaComparison(Class<?> holder, Function<byte[], PacketBytes> context) {
    this.holder = holder;
    this.context = context;
  }

  /** Of programs in a class, that are given this as their context. */
  static JavaComparison of(Class<?> holder, Function<byte[], PacketBytes> context) {
    return new JavaComparison(holder, context);
  }

  /** What is to be done before the program runs in a datapath. */
  interface Setup {
    void apply(Datapath place, LoadedObject object);
  }

  Method method(String name) {
    return ProgramCompiler.programsOf(holder).stream()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  void compare(String name) {
    compare(name, (_, _) -> {});
  }

  void compare(String name, Setup setup) {
    Method method = method(name);
    try (JavaPlaces places = new JavaPlaces()) {
      List<LoadedObject> loaded = new ArrayList<>();
      for (Datapath place : places.all().values()) {
        LoadedObject object = place.programs().load(ProgramCompiler.compile(method).object());
        loaded.add(object);
        setup.apply(place, object);
      }
      Random random = new Random(name.hashCode());
      for (int i = 0; i < PACKETS; i++) {
        byte[] bytes = ShippedTables.packet(random);
        bytes[0] = (byte) random.nextInt();
        PacketBytes packet = context.apply(bytes);
        int expected = JavaProgram.of(method).run(packet);
        for (LoadedObject object : loaded) {
          Program program = object.programs().values().iterator().next();
          TestRun.Result result = program.testRun(TestRun.of(bytes));
          assertThat(result.verdict()).as("%s %d", name, i).isEqualTo(expected);
          assertThat(result.packet().toArray()).isEqualTo(packet.toArray());
        }
      }
      loaded.forEach(LoadedObject::close);
    }
  }
}
