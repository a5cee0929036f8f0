package dev.sluice.compiler.build;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
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
  private final GraphBuilder builder;
  private final Block block;
  private final Position position;

  /**
   * A meeting point, which is where the builder is.
   *
   * @param block what the ways lead to
   */
  Merge(GraphBuilder builder, Block block, Position position) {
    this.builder = builder;
    this.block = block;
    this.position = position;
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

  static List<@Nullable Value> each(List<Frame> frames, Function<Frame, @Nullable Value> part) {
    List<@Nullable Value> values = new ArrayList<>();
    for (Frame frame : frames) {
      values.add(part.apply(frame));
    }
    return values;
  }

  /** The value behind the meeting point, of the values that the ways bring. */
  Value merge(List<@Nullable Value> values) {
    Value first = values.getFirst();
    if (first == null) {
      throw new IllegalStateException("a variable is read that was never written");
    }
    if (values.stream().allMatch(first::equals)) {
      return first;
    }
    if (values.stream().allMatch(Choices::isObject)) {
      return choice(values);
    }
    if (values.stream().anyMatch(Value.Aggregate.class::isInstance)
        && values.stream().anyMatch(RecordConstants::isRecord)) {
      return merge(opened(values));
    }
    if (values.stream().anyMatch(value -> pointer(value) != null)) {
      return found(values);
    }
    return switch (first) {
      case Value.Scalar _ -> new Value.Scalar(phi(numbers(values)));
      case Value.Aggregate aggregate -> aggregate(aggregate, values);
      default -> throw differs(position);
    };
  }

  private List<@Nullable Value> opened(List<@Nullable Value> values) {
    List<@Nullable Value> opened = new ArrayList<>();
    for (Value value : values) {
      opened.add(value == null ? null : RecordConstants.opened(builder, value, position));
    }
    return opened;
  }

  private List<Node> numbers(List<@Nullable Value> values) {
    List<Node> inputs = new ArrayList<>();
    for (Value value : values) {
      inputs.add(number(value, position));
    }
    return inputs;
  }

  static Node number(@Nullable Value value, Position position) {
    if (value instanceof Value.Scalar(Node node)) {
      return node;
    }
    throw differs(position);
  }

  private Node phi(List<Node> inputs) {
    Type type = inputs.getFirst().type();
    Node phi = builder.graph().newNode(Op.PHI, type, inputs, 0, 0, "", position);
    block.nodes().add(block.phis().size(), phi);
    return phi;
  }

  /** Objects that differ are told apart by a number: which of all that the ways bring it is. */
  private Value choice(List<@Nullable Value> values) {
    List<@Nullable Object> objects = new ArrayList<>();
    List<Node> starts = new ArrayList<>();
    List<Node> indexes = new ArrayList<>();
    Choices choices = new Choices(builder, position);
    for (Value value : values) {
      if (value == null) {
        throw differs(position);
      }
      int known =
          value instanceof Value.Constant(Object object) ? Choices.indexOf(objects, object) : -1;
      starts.add(builder.constant(Type.INT, known >= 0 ? known : objects.size(), position));
      indexes.add(choices.index(value));
      if (known < 0) {
        objects.addAll(Choices.objects(value));
      }
    }
    Node start = phi(starts);
    boolean constant = indexes.stream().allMatch(index -> index.isConstant(0));
    Node index =
        constant ? start : builder.operate(Op.ADD, Type.INT, position, phi(indexes), start);
    return choices.choose(index, objects);
  }

  /** What was found, or null, on one way or another. */
  private Value found(List<@Nullable Value> values) {
    Value.Found found = null;
    boolean places = true;
    List<Node> pointers = new ArrayList<>();
    for (Value value : values) {
      Node pointer = pointer(value);
      if (pointer != null) {
        Value.Found one = asFound(value);
        if (found != null
            && (found.cell() != one.cell() || found.layout().type() != one.layout().type())) {
          throw differs(position);
        }
        found = one;
      } else if (!new Value.Constant(null).equals(value)) {
        throw differs(position);
      }
      places &= value instanceof Value.Place;
      pointers.add(pointer != null ? pointer : builder.constant(Type.POINTER, 0, position));
    }
    if (found == null) {
      throw new IllegalStateException("nothing was found");
    }
    Node phi = phi(pointers);
    return places
        ? new Value.Place(phi, found.layout())
        : new Value.Found(phi, found.layout(), found.cell());
  }

  static @Nullable Node pointer(@Nullable Value value) {
    return switch (value) {
      case Value.Found found -> found.pointer();
      case Value.Place place -> place.pointer();
      case null, default -> null;
    };
  }

  private static Value.Found asFound(@Nullable Value value) {
    return switch (value) {
      case Value.Found found -> found;
      case Value.Place place -> new Value.Found(place.pointer(), place.layout(), true);
      case null, default -> throw new IllegalStateException(value + " was not found");
    };
  }

  private Value aggregate(Value.Aggregate first, List<@Nullable Value> values) {
    Value.Aggregate merged = new Value.Aggregate(first.className());
    for (String field : first.fields().keySet()) {
      List<@Nullable Value> fields = new ArrayList<>();
      for (Value value : values) {
        if (!(value instanceof Value.Aggregate other)
            || !other.className().equals(first.className())) {
          throw differs(position);
        }
        fields.add(other.fields().get(field));
      }
      merged.fields().put(field, merge(fields));
    }
    return merged;
  }

  static CompilationException differs(Position position) {
    return new CompilationException(
        position,
        "a variable holds things of different kinds here, by the way that led here",
        "only numbers, objects that are constants, and records of the same type may differ");
  }
}
