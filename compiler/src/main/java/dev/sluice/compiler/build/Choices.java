package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is asked of one of several objects: few are found by halves, many in memory. */
final class Choices {
  private static final int FEW = 8;

  private final GraphBuilder builder;
  private final Position position;

  Choices(GraphBuilder builder, Position position) {
    this.builder = builder;
    this.position = position;
  }

  /**
   * One of several values.
   *
   * @param index which; it is within the list
   * @param values numbers of one type, or objects; may hold null
   */
  Value choose(Node index, List<@Nullable Object> values) {
    if (values.stream().allMatch(value -> Constants.number(value).isPresent())) {
      return new Value.Scalar(number(index, values));
    }
    List<@Nullable Object> different = new ArrayList<>();
    List<@Nullable Object> places = new ArrayList<>();
    for (Object value : values) {
      int place = indexOf(different, value);
      if (place < 0) {
        place = different.size();
        different.add(value);
      }
      places.add(place);
    }
    return different.size() == 1
        ? new Value.Constant(different.getFirst())
        : new Value.Choice(number(index, places), different);
  }

  /** A number of a list. */
  private Node number(Node index, List<@Nullable Object> numbers) {
    boolean counts = true;
    for (int i = 0; i < numbers.size(); i++) {
      counts &= Integer.valueOf(i).equals(numbers.get(i));
    }
    if (counts) {
      return index;
    }
    if (numbers.size() > FEW && !index.isConstant()) {
      return builder.program().tables().load(builder, index, numbers, position);
    }
    Block after = builder.graph().newBlock();
    List<Node> found = new ArrayList<>();
    search(index, numbers, 0, numbers.size(), after, found);
    builder.moveTo(after);
    return found.size() == 1
        ? found.getFirst()
        : builder.add(
            Op.PHI, found.getFirst().type(), 0, 0, "", position, found.toArray(new Node[0]));
  }

  private void search(
      Node index,
      List<@Nullable Object> numbers,
      int low,
      int high,
      Block after,
      List<Node> found) {
    Object first = numbers.get(low);
    if (numbers.subList(low, high).stream().allMatch(number -> number.equals(first))) {
      found.add(
          builder.constant(Constants.type(first), Constants.number(first).orElseThrow(), position));
      builder.jump(after, position);
      return;
    }
    int middle = (low + high) >>> 1;
    Block below = builder.graph().newBlock();
    Block above = builder.graph().newBlock();
    Node bound = builder.constant(Type.INT, middle, position);
    builder.branch(Relation.ULT, index, bound, below, above, position);
    if (!below.predecessors().isEmpty()) {
      builder.moveTo(below);
      search(index, numbers, low, middle, after, found);
    }
    if (!above.predecessors().isEmpty()) {
      builder.moveTo(above);
      search(index, numbers, middle, high, after, found);
    }
  }

  /** What a function gives of each. */
  Value each(Value.Choice choice, Function<Object, @Nullable Object> function) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Object object : choice.objects()) {
      // Of null nothing is ever asked: it was seen to be another one.
      values.add(object == null ? null : function.apply(object));
    }
    return choose(choice.index(), withoutGaps(choice, values));
  }

  /** Puts what the first object gave where null was. */
  private static List<@Nullable Object> withoutGaps(
      Value.Choice choice, List<@Nullable Object> values) {
    int missing = indexOf(choice.objects(), null);
    if (missing >= 0 && values.size() > 1) {
      values.set(missing, values.get(missing == 0 ? 1 : 0));
    }
    return values;
  }

  /** Goes on only if it is not null; else the program ends. */
  void requireObject(Value.Choice choice) {
    int missing = indexOf(choice.objects(), null);
    if (missing >= 0) {
      Node place = builder.constant(Type.INT, missing, position);
      builder.require(Relation.NE, choice.index(), place, position);
    }
  }

  /** Whether a value is one of objects that exist now. */
  static boolean isObject(@Nullable Value value) {
    return value instanceof Value.Choice || value instanceof Value.Constant;
  }

  /** The objects that a value may be. */
  static List<@Nullable Object> objects(Value value) {
    return switch (value) {
      case Value.Choice choice -> choice.objects();
      case Value.Constant(Object object) -> {
        List<@Nullable Object> one = new ArrayList<>();
        one.add(object);
        yield one;
      }
      default -> throw new IllegalStateException(value + " is no object that exists");
    };
  }

  /** Which of its objects a value is. */
  Node index(Value value) {
    return value instanceof Value.Choice choice
        ? choice.index()
        : builder.constant(Type.INT, 0, position);
  }

  /**
   * Which object of a list one of another list is.
   *
   * @return an index, or −1
   */
  Node placeIn(Value value, List<@Nullable Object> objects) {
    List<@Nullable Object> places = new ArrayList<>();
    for (Object object : objects(value)) {
      places.add(indexOf(objects, object));
    }
    return number(index(value), places);
  }

  /** Whether two are the same object, 1 or 0. */
  Node isSame(Value.Choice choice, Value other) {
    if (!isObject(other)) {
      return builder.constant(Type.INT, 0, position);
    }
    Node place = placeIn(other, choice.objects());
    Block same = builder.graph().newBlock();
    Block different = builder.graph().newBlock();
    builder.branch(Relation.EQ, choice.index(), place, same, different, position);
    return builder.truth(same, different, position);
  }

  /** Where an object is in a list: this very one, and no equal one. */
  @SuppressWarnings("ReferenceEquality")
  static int indexOf(List<@Nullable Object> objects, @Nullable Object object) {
    for (int i = 0; i < objects.size(); i++) {
      if (objects.get(i) == object) {
        return i;
      }
    }
    return -1;
  }
}
