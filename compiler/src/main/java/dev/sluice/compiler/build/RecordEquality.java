package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.util.Map;

/** The {@code equals} that records have unless they write their own: component by component. */
final class RecordEquality {
  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Position position;
  private final Block different;

  RecordEquality(GraphBuilder builder, InstructionBuilder instructions, Position position) {
    this.builder = builder;
    this.instructions = instructions;
    this.position = position;
    different = builder.graph().newBlock();
  }

  /** Whether two values are equal, 1 or 0. */
  Value ask(Value left, Value right) {
    Block equal = builder.graph().newBlock();
    compare(
        RecordConstants.opened(builder, left, position),
        RecordConstants.opened(builder, right, position));
    if (builder.isReached()) {
      builder.jump(equal, position);
    }
    return new Value.Scalar(builder.truth(equal, different, position));
  }

  /** Goes on where they are equal. */
  private void compare(Value left, Value right) {
    if (!builder.isReached()) {
      return;
    }
    switch (left) {
      case Value.Aggregate one
          when right instanceof Value.Aggregate other
              && other.className().equals(one.className()) -> {
        for (Map.Entry<String, Value> field : one.fields().entrySet()) {
          Value part = other.fields().get(field.getKey());
          if (part != null) {
            compare(field.getValue(), part);
          }
        }
      }
      case Value.Choice choice -> {
        Node same = new Choices(builder, position).isSame(choice, right);
        require(same, builder.constant(Type.INT, 1, position));
      }
      case Value.Constant _ when right instanceof Value.Choice -> compare(right, left);
      case Value.Scalar(Node number) -> require(number, instructions.scalar(right, position));
      default -> {
        if (!left.equals(right)) {
          builder.jump(different, position);
        }
      }
    }
  }

  private void require(Node left, Node right) {
    Block on = builder.graph().newBlock();
    builder.branch(Relation.EQ, left, right, on, different, position);
    builder.moveTo(on.predecessors().isEmpty() ? null : on);
  }
}
