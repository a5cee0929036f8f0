package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop begins. What may change in it is a phi from the start; each way back adds what it
 * brings.
 */
final class LoopHeader {
  private final GraphBuilder builder;
  private final Block block;
  private final Position position;
  private final IntFunction<Lessons.Variable> variables;
  private final Frame frame;

  /**
   * The start of a loop.
   *
   * @param block its first block; the builder is in it
   * @param entered the frame that the loop is entered with, made of one or several
   * @param variables names its local variables
   */
  LoopHeader(
      GraphBuilder builder,
      Block block,
      Position position,
      Frame entered,
      IntFunction<Lessons.Variable> variables) {
    this.builder = builder;
    this.block = block;
    this.position = position;
    this.variables = variables;
    frame = new Frame(entered.locals());
    for (int slot = 0; slot < entered.locals(); slot++) {
      Value value = entered.local(slot);
      if (value != null) {
        frame.local(slot, open(value, builder.program().lessons().objects(variables.apply(slot))));
      }
    }
    entered.stack().forEach(value -> frame.push(open(value, List.of())));
  }

  /** What is known at the start of each turn. */
  Frame frame() {
    return frame;
  }

  private Value open(Value value, List<@Nullable Object> objects) {
    return switch (value) {
      case Value.Scalar(Node node) -> new Value.Scalar(phi(node));
      case Value.Found found -> new Value.Found(phi(found.pointer()), found.layout(), found.cell());
      case Value.Place place -> new Value.Place(phi(place.pointer()), place.layout());
      case Value.Maybe(Node present, Value there) ->
          new Value.Maybe(phi(present), open(there, objects));
      case Value.Aggregate aggregate -> {
        Value.Aggregate opened = new Value.Aggregate(aggregate.className());
        aggregate.fields().forEach((name, part) -> opened.fields().put(name, open(part, objects)));
        yield opened;
      }
      case Value.Choice choice when objects.isEmpty() ->
          new Value.Choice(phi(choice.index()), choice.objects());
      case Value.Constant constant when !objects.isEmpty() ->
          new Value.Choice(
              phi(builder.constant(Type.INT, 0, position)), started(constant, objects));
      case Value.Choice choice -> new Value.Choice(phi(choice.index()), started(choice, objects));
      default -> value;
    };
  }

  /** The objects that a variable may hold begin with those that it holds before the loop. */
  private List<@Nullable Object> started(Value value, List<@Nullable Object> objects) {
    List<@Nullable Object> first = Choices.objects(value);
    if (objects.size() < first.size() || !objects.subList(0, first.size()).equals(first)) {
      throw Merge.differs(position);
    }
    return objects;
  }

  private Node phi(Node entered) {
    Node phi =
        builder.graph().newNode(Op.PHI, entered.type(), List.of(entered), 0, 0, "", position);
    block.nodes().add(block.phis().size(), phi);
    return phi;
  }

  /** Adds what a way back brings; the builder is still on that way. */
  void close(Frame back) {
    for (int slot = 0; slot < frame.locals(); slot++) {
      Value value = frame.local(slot);
      if (value != null) {
        close(value, back.local(slot), variables.apply(slot));
      }
    }
    for (int depth = 0; depth < frame.stack().size(); depth++) {
      close(frame.stack().get(depth), back.stack().get(depth), null);
    }
  }

  private void close(Value start, @Nullable Value back, Lessons.@Nullable Variable variable) {
    switch (start) {
      case Value.Scalar(Node phi) -> phi.inputs().add(Merge.number(back, position));
      case Value.Found found
          when back instanceof Value.Found(Node pointer, var layout, boolean cell)
              && cell == found.cell()
              && layout.type() == found.layout().type() ->
          found.pointer().inputs().add(pointer);
      case Value.Found found when found.cell() && back instanceof Value.Place place ->
          found.pointer().inputs().add(place.pointer());
      case Value.Place place
          when back instanceof Value.Place(Node pointer, var layout)
              && layout.type() == place.layout().type() ->
          place.pointer().inputs().add(pointer);
      case Value.Maybe(Node present, Value there)
          when back instanceof Value.Maybe(Node again, Value value) -> {
        present.inputs().add(again);
        close(there, value, variable);
      }
      case Value.Aggregate aggregate
          when back instanceof Value.Aggregate other
              && other.className().equals(aggregate.className()) ->
          aggregate
              .fields()
              .forEach((field, value) -> close(value, other.fields().get(field), variable));
      case Value.Choice choice when Choices.isObject(back) && variable != null && back != null ->
          object(choice, back, variable);
      case Value.Constant constant
          when Choices.isObject(back) && variable != null && back != null -> {
        if (!constant.equals(back)) {
          throw more(constant, back, variable);
        }
      }
      default -> {
        if (!start.equals(back)) {
          throw Merge.differs(position);
        }
      }
    }
  }

  private void object(Value.Choice choice, Value back, Lessons.Variable variable) {
    for (Object object : Choices.objects(back)) {
      if (Choices.indexOf(choice.objects(), object) < 0) {
        throw more(choice, back, variable);
      }
    }
    choice.index().inputs().add(new Choices(builder, position).placeIn(back, choice.objects()));
  }

  private static RestartNeeded more(Value start, Value back, Lessons.Variable variable) {
    return new RestartNeeded(lessons -> lessons.objects(variable, start, back));
  }
}
