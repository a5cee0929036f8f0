package dev.sluice.compiler.build;

import dev.sluice.bpf.AtomicOperator;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Layout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls of a {@link dev.sluice.compiler.program.Cell}: what is done to a value in its place. */
final class CellCalls {
  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Memory memory;
  private final Position position;

  CellCalls(GraphBuilder builder, InstructionBuilder instructions, Position position) {
    this.builder = builder;
    this.instructions = instructions;
    this.position = position;
    memory = new Memory(builder, instructions);
  }

  /**
   * Does what a call asks for; its result, if it has one.
   *
   * @param arguments the cell, the component's name if there is one, and numbers
   */
  @Nullable Value call(Value.Place place, String name, List<Value> arguments) {
    boolean named =
        arguments.size() > 1
            && arguments.get(1) instanceof Value.Constant(Object object)
            && object instanceof String;
    Value component = named ? arguments.get(1) : null;
    if (!name.equals("get")) {
      builder.settle(position);
    }
    return switch (name) {
      case "get" -> memory.load(place.pointer(), place.layout(), position);
      case "set" -> {
        if (named) {
          memory.store(
              place.pointer(),
              field(place, component),
              instructions.scalar(arguments.getLast(), position),
              position);
        } else {
          memory.store(place.pointer(), place.layout(), arguments.getLast(), position);
        }
        yield null;
      }
      case "add" -> {
        update(AtomicOperator.ADD, place, component, arguments.getLast());
        yield null;
      }
      case "getAndAdd" -> old(AtomicOperator.FETCH_ADD, place, component, arguments.getLast());
      case "getAndOr" -> old(AtomicOperator.FETCH_OR, place, component, arguments.getLast());
      case "getAndAnd" -> old(AtomicOperator.FETCH_AND, place, component, arguments.getLast());
      case "getAndXor" -> old(AtomicOperator.FETCH_XOR, place, component, arguments.getLast());
      case "getAndSet" -> old(AtomicOperator.EXCHANGE, place, component, arguments.getLast());
      case "compareAndSet" -> compareAndSet(place, component, arguments);
      default ->
          throw InstructionBuilder.refused(position, "Cell." + name + " is not compiled", "");
    };
  }

  private Value old(
      AtomicOperator operator, Value.Place place, @Nullable Value component, Value amount) {
    Node old = update(operator, place, component, amount);
    return new Value.Scalar(
        old.type() == Type.LONG ? old : builder.operate(Op.SIGN32, Type.LONG, position, old));
  }

  private Node update(
      AtomicOperator operator, Value.Place place, @Nullable Value component, Value amount) {
    Layout.Field field = counter(place, component);
    return atomic(operator, place, field, number(amount, field));
  }

  private Value compareAndSet(Value.Place place, @Nullable Value component, List<Value> arguments) {
    Layout.Field field = counter(place, component);
    Node expected = number(arguments.get(arguments.size() - 2), field);
    Node next = number(arguments.getLast(), field);
    Node old = atomic(AtomicOperator.COMPARE_EXCHANGE, place, field, next, expected);
    Block same = builder.graph().newBlock();
    Block other = builder.graph().newBlock();
    builder.branch(Relation.EQ, old, expected, same, other, position);
    return new Value.Scalar(builder.truth(same, other, position));
  }

  private Node atomic(
      AtomicOperator operator, Value.Place place, Layout.Field field, Node... numbers) {
    List<Node> inputs = new ArrayList<>(List.of(place.pointer()));
    inputs.addAll(List.of(numbers));
    return builder.add(
        Op.ATOMIC,
        !operator.fetches() ? Type.VOID : field.size() == 8 ? Type.LONG : Type.INT,
        field.offset(),
        field.size(),
        operator.name(),
        position,
        inputs.toArray(new Node[0]));
  }

  /** A number, as wide as a component. */
  private Node number(Value value, Layout.Field field) {
    Node number = instructions.scalar(value, position);
    return field.size() == 8 ? number : builder.operate(Op.LOW32, Type.INT, position, number);
  }

  private Layout.Field counter(Value.Place place, @Nullable Value component) {
    Layout.Field field = field(place, component);
    if (field.size() < 4 || field.networkOrder()) {
      throw InstructionBuilder.refused(
          position, "'" + field.name() + "' is no int or long in the machine's order", "");
    }
    return field;
  }

  private Layout.Field field(Value.Place place, @Nullable Value name) {
    Object component = name instanceof Value.Constant(Object object) ? object : "";
    return place
        .layout()
        .field(String.valueOf(component))
        .orElseThrow(
            () ->
                InstructionBuilder.refused(
                    position,
                    place.layout().type().getSimpleName() + " has no '" + component + "'",
                    "its components are "
                        + place.layout().fields().stream().map(Layout.Field::name).toList()));
  }
}
