package dev.sluice.engine.vm;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/**
 * A program that is interpreted until it has run often, and is then compiled in the background.
 * Runs under way end as they began.
 */
final class TieredProgram implements Executable {
  /** Runs after which a program is worth the milliseconds that its compilation takes. */
  static final int THRESHOLD = 5_000;

  private final Image image;
  private volatile Executable current;
  private int runs;

  private TieredProgram(Image image) {
    this.image = image;
    current = Interpreter.of(image);
  }

  /** Makes a program ready to run. */
  static Executable of(ProgramSpec spec, Map<String, EngineMap> maps) {
    return new TieredProgram(ImageBuilder.build(spec, maps));
  }

  @Override
  public long run(Execution execution) {
    // Not atomic, and need not be: a program is compiled once, a few runs earlier or later.
    if (runs < THRESHOLD) {
      runs++;
      if (runs == THRESHOLD) {
        Thread.ofPlatform()
            .name("compile " + image.spec.name())
            .daemon()
            .start(() -> current = CompiledProgram.of(image));
      }
    }
    return current.run(execution);
  }
}
