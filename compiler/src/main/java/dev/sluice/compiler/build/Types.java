package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import org.jspecify.annotations.Nullable;

/** Whether something is of a type: known when the program is compiled, or by which object it is. */
final class Types {
  private final GraphBuilder builder;
  private final Position position;

  Types(GraphBuilder builder, Position position) {
    this.builder = builder;
    this.position = position;
  }

  /**
   * Whether a value is of a class, 1 or 0.
   *
   * @param className with slashes
   */
  Value isA(Value value, String className) {
    Class<?> type = builder.classes().load(className, position);
    return switch (value) {
      case Value.Constant(Object object) -> answer(type.isInstance(object));
      case Value.Choice choice ->
          new Choices(builder, position)
              .choose(
                  choice.index(),
                  choice.objects().stream().<@Nullable Object>map(type::isInstance).toList());
      case Value.Aggregate aggregate ->
          answer(type.isAssignableFrom(builder.classes().load(aggregate.className(), position)));
      default ->
          throw InstructionBuilder.refused(
              position, "the type of a number is asked for", "compare numbers");
    };
  }

  private Value answer(boolean is) {
    return new Value.Scalar(builder.constant(Type.INT, is ? 1 : 0, position));
  }
}
