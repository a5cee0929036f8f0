package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Label;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** When programs are compiled, and what runs before and after. */
class TieredProgramTest {
  @SuppressWarnings("UnnecessaryLambda") // several tests hand it over
  private static final Consumer<CodeBuilder> MARK =
      code -> code.load(MemorySize.WORD, Register.R0, Register.R1, 8);

  private final ProgramBench bench = new ProgramBench();
  private final Queue<Runnable> background = new ArrayDeque<>();

  private TieredProgram program(Function<Image, Executable> compiler, Consumer<CodeBuilder> body) {
    ProgramSpec spec = ProgramBench.spec("test", body);
    return new TieredProgram(ImageBuilder.build(spec, Map.of()), compiler, background::add);
  }

  private void run(Executable program, int times) {
    for (int i = 0; i < times; i++) {
      bench.run(program);
    }
  }

  @Test
  void aProgramThatRunsOftenIsCompiledOnce() {
    TieredProgram program = program(CompiledProgram::of, MARK);
    run(program, TieredProgram.RUNS);
    assertThat(background).isEmpty();

    run(program, 1);
    assertThat(background).hasSize(1);
    assertThat(program.isCompiled()).as("before the compiler came to it").isFalse();
    run(program, 10_000);
    assertThat(background).hasSize(1);

    background.remove().run();
    assertThat(program.isCompiled()).isTrue();
    bench.packet.mark = 77;
    assertThat(bench.run(program)).isEqualTo(77);
  }

  @Test
  void aLongLoopCountsForManyRuns() {
    TieredProgram program =
        program(
            CompiledProgram::of,
            code -> {
              Label again = code.newLabel("again");
              code.move(Register.R0, TieredProgram.RUNS * TieredProgram.TURNS_OF_A_RUN)
                  .bind(again)
                  .operate(ArithmeticOperator.SUB, Register.R0, 1)
                  .branch(Condition.NOT_EQUAL, Register.R0, 0, again);
            });
    run(program, 1);

    assertThat(background).hasSize(1);
  }

  @Test
  void whatCannotBeCompiledStaysInterpretedAndSaysWhy() {
    TieredProgram program =
        program(
            _ -> {
              throw new IllegalStateException("too clever");
            },
            MARK);
    run(program, TieredProgram.RUNS + 1);
    assertThat(program.failure()).isEmpty();
    background.remove().run();

    assertThat(program.isCompiled()).isFalse();
    assertThat(program.failure()).hasValueSatisfying(why -> assertThat(why).contains("too clever"));
    bench.packet.mark = 5;
    assertThat(bench.run(program)).isEqualTo(5);
    run(program, 2 * TieredProgram.RUNS);
    assertThat(background).as("nobody tries again").isEmpty();
  }

  @Test
  void programsAreCompiledOnAThreadThatKeepsNobodyWaiting() throws InterruptedException {
    CountDownLatch compiled = new CountDownLatch(1);
    Thread[] worker = new Thread[1];
    TieredProgram program =
        new TieredProgram(
            ImageBuilder.build(ProgramBench.spec("test", MARK), Map.of()),
            image -> {
              worker[0] = Thread.currentThread();
              compiled.countDown();
              return CompiledProgram.of(image);
            },
            BackgroundThread.INSTANCE);
    run(program, TieredProgram.RUNS + 1);

    assertThat(compiled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(worker[0]).isNotSameAs(Thread.currentThread());
    assertThat(worker[0].isDaemon()).isTrue();
  }
}
