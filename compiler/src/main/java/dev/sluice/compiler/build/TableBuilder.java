package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** Finds an element of a constant array by halves: no memory, and no check that could fail. */
final class TableBuilder {
  private static final int LONGEST = 256;

  private final GraphBuilder builder;
  private final Object array;
  private final int length;
  private final Position position;
  private final Block after;
  private final List<Node> found = new ArrayList<>();

  TableBuilder(GraphBuilder builder, Object array, Position position) {
    this.builder = builder;
    this.array = array;
    this.position = position;
    length = Array.getLength(array);
    after = builder.graph().newBlock();
  }

  /** The element at an index; outside of the array, the program ends. */
  Node element(Node index) {
    if (length > LONGEST || length == 0) {
      throw InstructionBuilder.refused(
          position,
          "a table of " + length + " elements is asked for a varying one",
          "use at most " + LONGEST + ", or an array map");
    }
    Node bound = builder.constant(Type.INT, length, position);
    builder.require(Relation.ULT, index, bound, position);
    search(index, 0, length);
    builder.moveTo(after);
    Type type = found.getFirst().type();
    return builder.add(Op.PHI, type, 0, 0, "", position, found.toArray(new Node[0]));
  }

  private void search(Node index, int low, int high) {
    Object first = Array.get(array, low);
    boolean same = true;
    for (int i = low + 1; i < high && same; i++) {
      same = Array.get(array, i).equals(first);
    }
    if (same) {
      long number =
          Constants.number(first)
              .orElseThrow(
                  () -> InstructionBuilder.refused(position, "a table must hold numbers", ""));
      found.add(builder.constant(Constants.type(first), number, position));
      builder.jump(after, position);
      return;
    }
    int middle = (low + high) >>> 1;
    Block below = builder.graph().newBlock();
    Block above = builder.graph().newBlock();
    Node bound = builder.constant(Type.INT, middle, position);
    builder.branch(Relation.ULT, index, bound, below, above, position);
    builder.moveTo(below);
    search(index, low, middle);
    builder.moveTo(above);
    search(index, middle, high);
  }
}
