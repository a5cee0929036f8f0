package dev.sluice.conformance.kernel;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Where a compiled program runs: in the kernel, and in the engine interpreted and compiled. */
final class JavaPlaces implements AutoCloseable {
  private final KernelVerdict kernel = KernelVerdict.open();
  private final Map<String, Datapath> places = new LinkedHashMap<>();

  JavaPlaces() {
    places.put("kernel", kernel.datapath());
    places.put(
        "interpreter", EngineDatapath.open(new Network(1).addHost("a"), ExecutionMode.INTERPRETED));
    places.put(
        "compiler", EngineDatapath.open(new Network(1).addHost("b"), ExecutionMode.COMPILED));
  }

  Map<String, Datapath> all() {
    return places;
  }

  /** Loads a program everywhere, and gives what runs it there to someone. */
  void each(ProgramSpec program, BiConsumer<String, Function<TestRun, TestRun.Result>> user) {
    places.forEach(
        (name, place) -> {
          try (Program loaded = place.programs().load(program, Map.of())) {
            user.accept(name, loaded::testRun);
          } catch (VerifierRejected e) {
            throw new AssertionError(name + " refuses " + program.name() + "\n" + e.log(), e);
          }
        });
  }

  @Override
  public void close() {
    places.values().forEach(Datapath::close);
    kernel.close();
  }
}
