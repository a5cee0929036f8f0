package dev.sluice.compiler.code;

import dev.sluice.compiler.ir.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps that are done one after the other, and how they end: a block of the graph, chosen for. */
final class Steps {
  private final int id;
  private final int depth;
  private final Position position;
  private List<Step> steps = new ArrayList<>();
  private @Nullable Exit exit;

  /**
   * No steps yet.
   *
   * @param depth how many loops it is in
   * @param position where its end comes from
   */
  Steps(int id, int depth, Position position) {
    this.id = id;
    this.depth = depth;
    this.position = position;
  }

  int id() {
    return id;
  }

  int depth() {
    return depth;
  }

  Position position() {
    return position;
  }

  List<Step> all() {
    return steps;
  }

  void replace(List<Step> newSteps) {
    steps = newSteps;
  }

  void add(Step step) {
    steps.add(step);
  }

  Exit exit() {
    if (exit == null) {
      throw new IllegalStateException("steps " + id + " have no exit");
    }
    return exit;
  }

  void exit(Exit newExit) {
    exit = newExit;
  }
}
