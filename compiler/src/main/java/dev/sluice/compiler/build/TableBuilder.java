package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads constant arrays at an index that varies. */
final class TableBuilder {
  private final GraphBuilder builder;
  private final List<@Nullable Object> elements = new ArrayList<>();
  private final int length;
  private final Position position;

  /** One of several arrays of the same length, one behind the other. */
  static TableBuilder of(GraphBuilder builder, Value.Choice choice, Position position) {
    TableBuilder table = null;
    for (Object array : choice.objects()) {
      if (array == null) {
        throw InstructionBuilder.refused(position, "an array may be null", "");
      }
      if (table == null) {
        table = new TableBuilder(builder, array, position);
      } else if (Array.getLength(array) != table.length) {
        throw InstructionBuilder.refused(
            position, "one of several arrays is read that differ in length", "make them equal");
      } else {
        table.add(array);
      }
    }
    if (table == null) {
      throw new IllegalStateException("a choice of nothing");
    }
    return table;
  }

  private void add(Object array) {
    for (int i = 0; i < length; i++) {
      elements.add(Array.get(array, i));
    }
  }

  TableBuilder(GraphBuilder builder, Object array, Position position) {
    this.builder = builder;
    this.position = position;
    length = Array.getLength(array);
    add(array);
  }

  /** The element of an array at an index; outside of the array, the program ends. */
  Value element(Node array, Node index) {
    Node bound = builder.constant(Type.INT, length, position);
    builder.require(Relation.ULT, index, bound, position);
    if (!builder.isReached()) {
      return new Value.Constant(null);
    }
    Node before = builder.operate(Op.MUL, Type.INT, position, array, bound);
    Node place = builder.operate(Op.ADD, Type.INT, position, before, index);
    return new Choices(builder, position).choose(place, elements);
  }

  /** The element at an index; outside of the array, the program ends. */
  Value element(Node index) {
    Node bound = builder.constant(Type.INT, elements.size(), position);
    builder.require(Relation.ULT, index, bound, position);
    return builder.isReached() && !elements.isEmpty()
        ? new Choices(builder, position).choose(index, elements)
        : new Value.Constant(null);
  }
}
