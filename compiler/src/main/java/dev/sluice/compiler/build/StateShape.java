package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stays the same of a loop's state from turn to turn. An object in it may be another one after
 * a turn: which ones there are is learned.
 */
final class StateShape {
  private final GraphBuilder builder;
  private final Value.Lambda turn;
  private final Position position;
  private int objects;

  /**
   * Of the state of a loop.
   *
   * @param builder of the function that the state is in now
   */
  StateShape(GraphBuilder builder, Value.Lambda turn, Position position) {
    this.builder = builder;
    this.turn = turn;
    this.position = position;
  }

  private Lessons.Variable nextObject() {
    objects++;
    return new Lessons.Variable(turn, position.line(), objects);
  }

  /** The state before the first turn, of the shape that all turns have. */
  Value widened(Value given) {
    Value start = RecordConstants.opened(builder, given, position);
    return switch (start) {
      case Value.Aggregate aggregate -> {
        Value.Aggregate widened = new Value.Aggregate(aggregate.className());
        aggregate.fields().forEach((name, field) -> widened.fields().put(name, widened(field)));
        yield widened;
      }
      case Value.Constant _, Value.Choice _ -> {
        List<@Nullable Object> known = builder.program().lessons().objects(nextObject());
        yield known.isEmpty() ? start : chosen(start, known);
      }
      default -> start;
    };
  }

  private Value chosen(Value value, List<@Nullable Object> all) {
    return new Value.Choice(new Choices(builder, position).placeIn(value, all), all);
  }

  /** What a turn leaves, in the shape that all turns have. */
  Value fitting(Value shape, Value left) {
    Value next = RecordConstants.opened(builder, left, position);
    return switch (shape) {
      case Value.Aggregate aggregate
          when next instanceof Value.Aggregate other
              && other.className().equals(aggregate.className()) -> {
        Value.Aggregate fitting = new Value.Aggregate(aggregate.className());
        aggregate
            .fields()
            .forEach(
                (name, field) -> {
                  Value part = other.fields().get(name);
                  if (part == null) {
                    throw differs();
                  }
                  fitting.fields().put(name, fitting(field, part));
                });
        yield fitting;
      }
      case Value.Constant _, Value.Choice _ when Choices.isObject(next) -> object(shape, next);
      default -> {
        Lessons lessons = builder.program().lessons();
        if (!Parts.shape(shape, lessons).equals(Parts.shape(next, lessons))) {
          throw differs();
        }
        yield next;
      }
    };
  }

  private Value object(Value shape, Value next) {
    Lessons.Variable variable = nextObject();
    if (shape.equals(next)) {
      return next;
    }
    List<@Nullable Object> all = Choices.objects(shape);
    for (Object object : Choices.objects(next)) {
      if (shape instanceof Value.Constant || Choices.indexOf(all, object) < 0) {
        throw new RestartNeeded(lessons -> lessons.objects(variable, shape, next));
      }
    }
    return chosen(next, all);
  }

  private RuntimeException differs() {
    return InstructionBuilder.refused(
        position,
        "a turn leaves something else than it got",
        "what goes from turn to turn must be of one type");
  }
}
