package dev.sluice.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** One operation and its value. */
public final class Node {
  private final int id;
  private final Op op;
  private final Type type;
  private final List<Node> inputs;
  private final long number;
  private final int size;
  private final String name;
  private final Position position;

  Node(
      int id,
      Op op,
      Type type,
      List<Node> inputs,
      long number,
      int size,
      String name,
      Position position) {
    this.id = id;
    this.op = op;
    this.type = type;
    this.inputs = new ArrayList<>(inputs);
    this.number = number;
    this.size = size;
    this.name = name;
    this.position = position;
  }

  /** Its number in its graph. */
  public int id() {
    return id;
  }

  public Op op() {
    return op;
  }

  public Type type() {
    return type;
  }

  /** What it works on; of a phi, in the order of its block's predecessors. May be changed. */
  public List<Node> inputs() {
    return inputs;
  }

  public Node input(int index) {
    return inputs.get(index);
  }

  /** A constant, an offset, a number of bits or of a helper; see {@link Op}. */
  public long number() {
    return number;
  }

  /** Bytes of an access or of room on the stack; 0 for others. */
  public int size() {
    return size;
  }

  /** The name of a map or function; empty for others. */
  public String name() {
    return name;
  }

  /** Where it comes from. */
  public Position position() {
    return position;
  }

  public boolean isConstant() {
    return op == Op.CONSTANT;
  }

  public boolean isConstant(long value) {
    return op == Op.CONSTANT && number == value;
  }

  /** What {@code --dump ir} prints of it. */
  public String text() {
    StringJoiner text = new StringJoiner(" ");
    if (type != Type.VOID) {
      text.add(this + ":" + type.name().toLowerCase(Locale.ROOT)).add("=");
    }
    text.add(op.name().toLowerCase(Locale.ROOT));
    if (!name.isEmpty()) {
      text.add(name);
    }
    inputs.forEach(input -> text.add(input.toString()));
    if (op == Op.CONSTANT || number != 0) {
      text.add("#" + number);
    }
    if (size != 0) {
      text.add("[" + size + "]");
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "v" + id;
  }
}
