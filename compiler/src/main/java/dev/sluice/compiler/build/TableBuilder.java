package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
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
  private final Position position;

  TableBuilder(GraphBuilder builder, Object array, Position position) {
    this.builder = builder;
    this.position = position;
    for (int i = 0; i < Array.getLength(array); i++) {
      elements.add(Array.get(array, i));
    }
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
