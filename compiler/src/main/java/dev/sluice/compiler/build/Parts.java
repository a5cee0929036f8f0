package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What of a value is known only when the program runs: numbers and addresses. The rest is its
 * shape, and values of the same shape can be exchanged part by part.
 */
final class Parts {
  private Parts() {}

  /** The parts of a value, in the order that its shape gives them. */
  static List<Node> of(Value value) {
    List<Node> parts = new ArrayList<>();
    collect(value, parts);
    return parts;
  }

  private static void collect(Value value, List<Node> parts) {
    switch (value) {
      case Value.Scalar(Node node) -> parts.add(node);
      case Value.Choice choice -> parts.add(choice.index());
      case Value.Found found -> parts.add(found.pointer());
      case Value.Place place -> parts.add(place.pointer());
      case Value.Aggregate aggregate ->
          aggregate.fields().values().forEach(field -> collect(field, parts));
      case Value.Comparison comparison -> {
        parts.add(comparison.left());
        parts.add(comparison.right());
      }
      case Value.Context _, Value.Constant _, Value.Lambda _ -> {
        // Known already.
      }
    }
  }

  /** A value of the same shape with other parts. */
  static Value with(Value shape, Iterator<Node> parts) {
    return switch (shape) {
      case Value.Scalar _ -> new Value.Scalar(parts.next());
      case Value.Choice choice -> new Value.Choice(parts.next(), choice.objects());
      case Value.Found found -> new Value.Found(parts.next(), found.layout(), found.cell());
      case Value.Place place -> new Value.Place(parts.next(), place.layout());
      case Value.Aggregate aggregate -> {
        Value.Aggregate other = new Value.Aggregate(aggregate.className());
        aggregate.fields().forEach((name, field) -> other.fields().put(name, with(field, parts)));
        yield other;
      }
      case Value.Comparison comparison ->
          new Value.Comparison(parts.next(), parts.next(), comparison.unsigned());
      case Value.Context _, Value.Constant _, Value.Lambda _ -> shape;
    };
  }

  /** Whether the packet's context is in it. */
  static boolean haveContext(Value value) {
    return switch (value) {
      case Value.Context _ -> true;
      case Value.Aggregate aggregate ->
          aggregate.fields().values().stream().anyMatch(Parts::haveContext);
      default -> false;
    };
  }

  /** The same for values of the same shape. */
  static String shape(Value value, Lessons lessons) {
    return switch (value) {
      case Value.Scalar(Node node) -> node.type().name();
      case Value.Context _ -> "context";
      case Value.Constant(Object object) -> "#" + lessons.number(object);
      case Value.Choice choice ->
          "one of " + choice.objects().stream().map(lessons::number).toList();
      case Value.Found found -> "found " + found.layout().type().getName() + found.cell();
      case Value.Place place -> "place " + place.layout().type().getName();
      case Value.Comparison comparison ->
          "comparison " + comparison.left().type() + comparison.unsigned();
      case Value.Lambda lambda -> lambda.toString();
      case Value.Aggregate aggregate -> {
        StringBuilder shape = new StringBuilder(aggregate.className()).append('{');
        aggregate
            .fields()
            .forEach((name, field) -> shape.append(name).append(shape(field, lessons)).append(' '));
        yield shape.append('}').toString();
      }
    };
  }
}
