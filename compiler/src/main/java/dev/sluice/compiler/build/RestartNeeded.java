package dev.sluice.compiler.build;

import java.util.function.Consumer;

/** The graph has to be built again, with what was learned just now. */
final class RestartNeeded extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Consumer<Lessons> lesson;

  /** With what is to be remembered. */
  RestartNeeded(Consumer<Lessons> lesson) {
    super("", null, false, false);
    this.lesson = lesson;
  }

  /** Remembers what was learned. */
  void teach(Lessons lessons) {
    lesson.accept(lessons);
  }
}
