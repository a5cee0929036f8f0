package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Interprets a program until it proves busy, and then runs what was compiled of it meanwhile.
 * Nothing waits for the compiler, runs under way end as they began, and since both give the same
 * results nobody can tell when the one took over from the other. A program that cannot be compiled
 * stays interpreted.
 */
public final class TieredProgram implements Executable {
  /** Runs after which a program is worth the milliseconds that its compilation takes. */
  public static final int RUNS = 2_000;

  /** Backward jumps and calls that weigh as much as a run, so that long loops count. */
  public static final int TURNS_OF_A_RUN = 8;

  private static final long BUSY = (long) RUNS * TURNS_OF_A_RUN;

  private final Image image;
  private final Function<Image, Executable> compiler;
  private final Executor background;
  private long heat;
  private boolean asked;

  // Written by the thread that compiles.
  private volatile Executable current;
  private volatile @Nullable String failure;

  /**
   * A program that is interpreted at first.
   *
   * @param compiler what compiles it
   * @param background who runs the compiler
   */
  TieredProgram(Image image, Function<Image, Executable> compiler, Executor background) {
    this.image = image;
    this.compiler = compiler;
    this.background = background;
    current = Interpreter.of(image);
  }

  /**
   * Makes a program ready to run.
   *
   * @param maps the maps that it names; may hold more
   */
  public static TieredProgram of(ProgramSpec spec, Map<String, EngineMap> maps) {
    return new TieredProgram(
        ImageBuilder.build(spec, maps), CompiledProgram::of, BackgroundThread.INSTANCE);
  }

  @Override
  public long run(Execution execution) {
    if (asked) {
      return current.run(execution);
    }
    long fuel = execution.fuel;
    long result = current.run(execution);
    heat += TURNS_OF_A_RUN + fuel - execution.fuel;
    // A tail call from the program to itself may have asked meanwhile.
    if (heat > BUSY && !asked) {
      asked = true;
      background.execute(this::compile);
    }
    return result;
  }

  private void compile() {
    try {
      current = compiler.apply(image);
    } catch (RuntimeException | LinkageError | StackOverflowError problem) {
      failure = problem.toString();
    }
  }

  /** Whether it runs compiled. */
  public boolean isCompiled() {
    return !(current instanceof Interpreter);
  }

  /** Why it could not be compiled; empty if nobody tried, or it was. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
