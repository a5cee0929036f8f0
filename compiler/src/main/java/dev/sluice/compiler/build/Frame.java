package dev.sluice.compiler.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The local variables and the operand stack at a place of a method. */
final class Frame {
  private final @Nullable Value[] locals;
  private final List<Value> stack;

  Frame(int locals) {
    this.locals = new @Nullable Value[locals];
    stack = new ArrayList<>();
  }

  private Frame(@Nullable Value[] locals, List<Value> stack) {
    this.locals = locals;
    this.stack = stack;
  }

  Frame copy() {
    return new Frame(Arrays.copyOf(locals, locals.length), new ArrayList<>(stack));
  }

  int locals() {
    return locals.length;
  }

  @Nullable Value local(int slot) {
    return locals[slot];
  }

  void local(int slot, @Nullable Value value) {
    locals[slot] = value;
  }

  /** From the bottom. */
  List<Value> stack() {
    return stack;
  }

  void push(Value value) {
    stack.add(value);
  }

  Value pop() {
    return stack.removeLast();
  }

  /** Values that were found in tables and are not loaded yet. */
  List<Value.Found> found() {
    return Stream.concat(Arrays.stream(locals), stack.stream())
        .filter(Value.Found.class::isInstance)
        .map(Value.Found.class::cast)
        .filter(found -> !found.cell())
        .distinct()
        .toList();
  }

  /** Replaces an object that was under construction, wherever it is. */
  @SuppressWarnings("ReferenceEquality") // this very one, and no equal one
  void replace(Value old, Value value) {
    for (int slot = 0; slot < locals.length; slot++) {
      if (locals[slot] == old) {
        locals[slot] = value;
      }
    }
    stack.replaceAll(one -> one == old ? value : one);
  }
}
