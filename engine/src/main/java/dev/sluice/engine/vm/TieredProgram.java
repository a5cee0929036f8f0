package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Interprets a program until it proves busy, and then runs what a compiler made of it meanwhile.
 * Nothing waits for the compiler, and since both give the same results nobody can tell when the one
 * took over from the other. A program that cannot be compiled stays interpreted.
 */
public final class TieredProgram implements Executable {
  /**
   * Runs after which a program is compiled: about as long as they take interpreted, compiling
   * takes.
   */
  public static final int RUNS = 2_000;

  /** Backward jumps and calls that weigh as much as a run, so that long loops count. */
  public static final int TURNS_OF_A_RUN = 8;

  private static final long BUSY = (long) RUNS * TURNS_OF_A_RUN;

  private final ProgramSpec spec;
  private final Map<String, EngineMap> maps;
  private final ProgramCompiler compiler;
  private final Executor background;
  private long heat;
  private boolean asked;

  // Written by the thread that compiles.
  private volatile Executable current;
  private volatile @Nullable String failure;

  private TieredProgram(
      ProgramSpec spec,
      Map<String, EngineMap> maps,
      ProgramCompiler compiler,
      Executor background) {
    this.spec = spec;
    this.maps = Map.copyOf(maps);
    this.compiler = compiler;
    this.background = background;
    current = Interpreter.of(spec, maps);
  }

  /**
   * Makes a program ready to run, and compiles it on a thread in the background once it is busy.
   *
   * @param maps the maps that it names; may hold more
   */
  public static TieredProgram of(
      ProgramSpec spec, Map<String, EngineMap> maps, ProgramCompiler compiler) {
    return of(spec, maps, compiler, BackgroundThread.INSTANCE);
  }

  /** The same, with somebody else to run the compiler. */
  static TieredProgram of(
      ProgramSpec spec,
      Map<String, EngineMap> maps,
      ProgramCompiler compiler,
      Executor background) {
    return new TieredProgram(spec, maps, compiler, background);
  }

  @Override
  public long run(Execution execution) {
    if (asked) {
      return current.run(execution);
    }
    long fuel = execution.fuel;
    long result = current.run(execution);
    heat += TURNS_OF_A_RUN + fuel - execution.fuel;
    // It may have been asked for by a tail call from the program to itself.
    if (heat > BUSY && !asked) {
      asked = true;
      background.execute(this::compile);
    }
    return result;
  }

  private void compile() {
    try {
      current = compiler.compile(spec, maps);
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
