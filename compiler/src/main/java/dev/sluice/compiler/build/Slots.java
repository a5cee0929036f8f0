package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that lie side by side in memory, 8 bytes each, to be handed from one function to another.
 *
 * @param start an address
 * @param first where the first is, behind the address
 * @param types of which types they are
 */
record Slots(Node start, int first, List<Type> types) {
  private static final int SIZE = 8;

  /** Room for values on the stack of a function. */
  static Slots on(GraphBuilder builder, String use, List<Node> values, Position position) {
    Node room = builder.room(use, Math.max(1, values.size()) * SIZE, position);
    return at(room, values);
  }

  /** Where values of these types are. */
  static Slots at(Node start, List<Node> values) {
    return new Slots(start, 0, values.stream().map(Node::type).toList());
  }

  void store(GraphBuilder builder, List<Node> values, Position position) {
    for (int i = 0; i < types.size(); i++) {
      int size = types.get(i) == Type.INT ? 4 : SIZE;
      builder.add(
          Op.STORE, Type.VOID, first + (long) i * SIZE, size, "", position, start, values.get(i));
    }
  }

  List<Node> load(GraphBuilder builder, Position position) {
    List<Node> loaded = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      int size = types.get(i) == Type.INT ? 4 : SIZE;
      loaded.add(
          builder.add(Op.LOAD, types.get(i), first + (long) i * SIZE, size, "", position, start));
    }
    return loaded;
  }
}
