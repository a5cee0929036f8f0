package dev.sluice.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What undoes the steps done so far, newest first, unless all of them succeed.
 *
 * <pre>{@code
 * try (Rollback rollback = new Rollback()) {
 *   rollback.add(first());
 *   second();
 *   rollback.keep();
 * }
 * }</pre>
 */
public final class Rollback implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** Adds what undoes a step. */
  public void add(Runnable undo) {
    steps.push(undo);
  }

  /** All steps succeeded: nothing is undone. */
  public void keep() {
    steps.clear();
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!steps.isEmpty()) {
      try {
        steps.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
