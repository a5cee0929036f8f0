package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs leave the same behind in the kernel and in the engine, however it runs them:
 * verdict, packet, context and maps. {@code -Dsluice.programs=NUMBER} says how many for each seed,
 * {@code -Dsluice.seed=NUMBER} runs one seed.
 */
@Tag("datapath.differences")
class ProgramDifferenceTest {
  private static final int PROGRAMS = Integer.getInteger("sluice.programs", 150);

  /** Of random programs, how many the kernel takes at least. */
  private static final double ACCEPTED = 0.95;

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void programsLeaveTheSameBehind(long seed) {
    try (KernelVerdict verdict = KernelVerdict.open();
        ProgramSide kernel = new ProgramSide(verdict.datapath())) {
      Map<ExecutionMode, ProgramSide> engines = new EnumMap<>(ExecutionMode.class);
      for (ExecutionMode mode : ExecutionMode.values()) {
        engines.put(
            mode, new ProgramSide(EngineDatapath.open(new Network(1).addHost("judged"), mode)));
      }
      Random seeds = new Random(seed);
      int accepted = 0;
      for (int i = 0; i < PROGRAMS; i++) {
        Random random = new Random(seeds.nextLong());
        ProgramSpec program = RandomPrograms.next(random);
        ProgramSide.Inputs inputs = ProgramSide.Inputs.of(random);
        List<String> expected = kernel.runs(program, inputs);
        if (expected.isEmpty()) {
          continue;
        }
        accepted++;
        engines.forEach((mode, engine) -> compare(mode, program, inputs, engine, expected));
      }
      engines.values().forEach(ProgramSide::close);
      assertThat((double) accepted / PROGRAMS).as("accepted").isGreaterThan(ACCEPTED);
    }
  }

  private static void compare(
      ExecutionMode mode,
      ProgramSpec program,
      ProgramSide.Inputs inputs,
      ProgramSide engine,
      List<String> expected) {
    List<String> found;
    try {
      found = engine.runs(program, inputs);
    } catch (RuntimeException e) {
      throw new AssertionError(mode + " fails at\n" + Disassembler.assembly(program), e);
    }
    if (!found.equals(expected)) {
      List<String> differences = new ArrayList<>();
      for (int i = 0; i < Math.max(found.size(), expected.size()); i++) {
        String here = i < found.size() ? found.get(i) : "nothing";
        String there = i < expected.size() ? expected.get(i) : "nothing";
        if (!here.equals(there)) {
          differences.add(mode + ": " + here + "\nkernel: " + there);
        }
      }
      throw new AssertionError(
          String.join("\n", differences) + "\nat\n" + Disassembler.assembly(program));
    }
  }
}
