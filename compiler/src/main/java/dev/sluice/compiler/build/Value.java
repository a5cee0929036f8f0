package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.program.Layout;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a local variable or a place of the operand stack holds while a method is followed. */
sealed interface Value {
  /** A number or an address that is known when the program runs. */
  record Scalar(Node node) implements Value {}

  /** The packet's context, the program's argument. */
  record Context() implements Value {}

  /** An object that exists now: of a {@code static final} field, or null. */
  record Constant(@Nullable Object object) implements Value {}

  /**
   * One of several objects that exist now.
   *
   * @param index which of them, known when the program runs
   * @param objects different ones; may hold null
   */
  record Choice(Node index, List<@Nullable Object> objects) implements Value {}

  /** What {@code lcmp} left: minus one, 0 or 1, if asked for. */
  record Comparison(Node left, Node right, boolean unsigned) implements Value {}

  /**
   * What was found in a table: null, or a value.
   *
   * @param pointer where it is, or 0
   * @param layout how it lies there
   * @param cell whether the place was asked for, and not the value
   */
  record Found(Node pointer, Layout<?> layout, boolean cell) implements Value {}

  /** The place of a value in a table, which is there. */
  record Place(Node pointer, Layout<?> layout) implements Value {}

  /**
   * A function that was handed over, and that holds nothing.
   *
   * @param called the name of the method that calls it
   * @param owner the class of what it does, with slashes
   * @param name the name of what it does
   * @param descriptor the parameters and result of what it does
   */
  record Lambda(
      String called, String owner, String name, String descriptor, DirectMethodHandleDesc.Kind kind)
      implements Value {}

  /** A record that is never allocated. While its constructor runs, fields are added. */
  final class Aggregate implements Value {
    private final String className;
    private final Map<String, Value> fields = new LinkedHashMap<>();

    Aggregate(String className) {
      this.className = className;
    }

    /** With slashes. */
    String className() {
      return className;
    }

    Map<String, Value> fields() {
      return fields;
    }
  }
}
