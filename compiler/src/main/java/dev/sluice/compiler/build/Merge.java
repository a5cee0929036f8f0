package dev.sluice.compiler.build;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where ways meet: values that differ by way become phis. */
final class Merge {
  private final Graph graph;
  private final Block block;
  private final Position position;
  private final boolean loop;

  /**
   * A meeting point.
   *
   * @param loop whether ways back are still to come, so that all that may change must be a phi
   */
  Merge(Graph graph, Block block, Position position, boolean loop) {
    this.graph = graph;
    this.block = block;
    this.position = position;
    this.loop = loop;
  }

  /** The frame behind the meeting point; local variables that nobody reads again are left out. */
  Frame merge(List<Frame> frames, MethodCode.Stretch stretch, Liveness liveness) {
    Frame first = frames.getFirst();
    Frame merged = new Frame(first.locals());
    for (int slot = 0; slot < first.locals(); slot++) {
      int which = slot;
      if (liveness.isLive(stretch, slot)) {
        merged.local(slot, merge(each(frames, frame -> frame.local(which))));
      }
    }
    for (int depth = 0; depth < first.stack().size(); depth++) {
      int which = depth;
      merged.push(merge(each(frames, frame -> frame.stack().get(which))));
    }
    return merged;
  }

  private static List<@Nullable Value> each(
      List<Frame> frames, Function<Frame, @Nullable Value> part) {
    List<@Nullable Value> values = new ArrayList<>();
    for (Frame frame : frames) {
      values.add(part.apply(frame));
    }
    return values;
  }

  private Value merge(List<@Nullable Value> values) {
    Value first = values.getFirst();
    if (first == null) {
      throw new IllegalStateException("a variable is read that was never written");
    }
    if (!loop && values.stream().allMatch(first::equals)) {
      return first;
    }
    return switch (first) {
      case Value.Scalar _ -> phi(values);
      case Value.Aggregate aggregate -> aggregate(aggregate, values);
      case Value.Constant(Object object) when object == null && !loop -> phi(values);
      default -> {
        for (Value value : values) {
          requireSame(first, value);
        }
        yield first;
      }
    };
  }

  private Value phi(List<@Nullable Value> values) {
    List<Node> inputs = new ArrayList<>();
    for (Value value : values) {
      inputs.add(scalar(value));
    }
    Type type = inputs.getFirst().type();
    Node phi = graph.newNode(Op.PHI, type, inputs, 0, 0, "", position);
    block.nodes().add(block.phis().size(), phi);
    return new Value.Scalar(phi);
  }

  private Node scalar(@Nullable Value value) {
    if (value instanceof Value.Scalar(Node node)) {
      return node;
    }
    if (value instanceof Value.Constant(Object object) && object == null) {
      return graph.constant(Type.POINTER, 0, position);
    }
    throw differs();
  }

  private Value aggregate(Value.Aggregate first, List<@Nullable Value> values) {
    Value.Aggregate merged = new Value.Aggregate(first.className());
    for (String field : first.fields().keySet()) {
      List<@Nullable Value> fields = new ArrayList<>();
      for (Value value : values) {
        if (!(value instanceof Value.Aggregate other)
            || !other.className().equals(first.className())) {
          throw differs();
        }
        fields.add(other.fields().get(field));
      }
      merged.fields().put(field, merge(fields));
    }
    return merged;
  }

  /** Adds what a way back brings to the phis of a loop. */
  void close(Frame header, Frame back) {
    for (int slot = 0; slot < header.locals(); slot++) {
      Value value = header.local(slot);
      if (value != null) {
        close(value, back.local(slot));
      }
    }
    for (int depth = 0; depth < header.stack().size(); depth++) {
      close(header.stack().get(depth), back.stack().get(depth));
    }
  }

  private void close(Value header, @Nullable Value back) {
    switch (header) {
      case Value.Scalar(Node phi) when phi.op() == Op.PHI && block.nodes().contains(phi) ->
          phi.inputs().add(scalar(back));
      case Value.Aggregate aggregate -> {
        if (!(back instanceof Value.Aggregate other)
            || !other.className().equals(aggregate.className())) {
          throw differs();
        }
        aggregate.fields().forEach((field, value) -> close(value, other.fields().get(field)));
      }
      default -> requireSame(header, back);
    }
  }

  private void requireSame(Value first, @Nullable Value value) {
    if (!first.equals(value)) {
      throw differs();
    }
  }

  private CompilationException differs() {
    return new CompilationException(
        position,
        "a variable holds one object or another here",
        "only numbers, and records of the same type, may differ by the way that led here");
  }
}
