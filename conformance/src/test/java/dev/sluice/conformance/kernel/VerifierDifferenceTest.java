package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.Disassembler;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Unsupported;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kernel's verifier takes, the engine's takes, and what it refuses, the engine's refuses;
 * the words may differ. Nearly always both go the same paths as far. Programs have one to three
 * mistakes, but for every fourth. Those with mistakes have no loops: a mistake in a counter takes
 * both verifiers to their limit of a million instructions, which is seconds each. {@code
 * -Dsluice.programs=NUMBER} says how many for each seed, {@code -Dsluice.seed=NUMBER} runs one
 * seed.
 */
@Tag("datapath.differences")
class VerifierDifferenceTest {
  private static final int PROGRAMS = Integer.getInteger("sluice.programs", 1000);

  private static final List<ProgramType> TYPES =
      List.of(
          ProgramType.SCHED_CLS,
          ProgramType.SCHED_CLS,
          ProgramType.SCHED_ACT,
          ProgramType.XDP,
          ProgramType.CGROUP_SKB);

  /**
   * Of the programs that both take, how many are found safe after as many instructions. Not all
   * are: states are told apart that the kernel finds alike, and now and then the other way round.
   */
  private static final double LEAST_ALIKE = 0.9;

  /** Privileged programs may read the kernel's own {@code struct bpf_map}; the engine has none. */
  private static final String READS_MAP_ITSELF = "invalid mem access 'map_ptr'";

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bothTakeTheSamePrograms(long seed) {
    try (KernelVerdict verdict = KernelVerdict.open();
        ProgramSide kernel = new ProgramSide(verdict.datapath());
        ProgramSide engine = new ProgramSide(KernelVerdict.engine())) {
      Random seeds = new Random(seed);
      int taken = 0;
      int alike = 0;
      List<String> different = new ArrayList<>();
      for (int i = 0; i < PROGRAMS; i++) {
        ProgramSpec program = program(i, new Random(seeds.nextLong()));
        ProgramSide.Verdict real = kernel.judge(program);
        ProgramSide.Verdict ours;
        try {
          ours = engine.judge(program);
        } catch (Unsupported _) {
          continue; // a helper that the engine does not have
        }
        if (real.isTaken() && ours.isTaken()) {
          taken++;
          alike += real.instructions() == ours.instructions() ? 1 : 0;
        } else if (real.isTaken() != ours.isTaken() && !ours.refusal().contains(READS_MAP_ITSELF)) {
          different.add(
              "program %d\nthe kernel: %s\nthe engine: %s\n%s"
                  .formatted(i, real, ours, Disassembler.assembly(program)));
        }
      }
      assertThat(different).isEmpty();
      assertThat((double) taken / PROGRAMS).as("taken").isBetween(0.2, 0.8);
      assertThat((double) alike / taken)
          .as("of those, looked at as many instructions of")
          .isGreaterThan(LEAST_ALIKE);
    }
  }

  private static ProgramSpec program(int number, Random random) {
    return number % 4 == 0
        ? RandomPrograms.next(random)
        : Mutation.of(RandomPrograms.nextWithoutLoops(random, TYPES), random);
  }
}
