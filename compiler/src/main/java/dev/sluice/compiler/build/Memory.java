package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Layout;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;

/** Loads and stores records and numbers as their layout says. */
final class Memory {
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final GraphBuilder builder;
  private final InstructionBuilder instructions;

  Memory(GraphBuilder builder, InstructionBuilder instructions) {
    this.builder = builder;
    this.instructions = instructions;
  }

  /** A value that may be null is there, or the program ends. */
  Value required(Value value, Position position) {
    return switch (value) {
      case Value.Found found -> require(found, position);
      case Value.Maybe(Node present, Value there) -> {
        Node zero = builder.constant(Type.INT, 0, position);
        builder.require(Relation.NE, present, zero, position);
        yield there;
      }
      default -> value;
    };
  }

  private Value require(Value.Found found, Position position) {
    Node zero = builder.constant(Type.POINTER, 0, position);
    builder.require(Relation.NE, found.pointer(), zero, position);
    return present(found, position);
  }

  /** What is found, where it is known to be there. */
  Value present(Value.Found found, Position position) {
    return found.cell()
        ? new Value.Place(found.pointer(), found.layout())
        : load(found.pointer(), found.layout(), position);
  }

  /** What is found, as it is now: it, or null. */
  Value loaded(Value.Found found, Position position) {
    Block there = builder.graph().newBlock();
    Block missing = builder.graph().newBlock();
    Block after = builder.graph().newBlock();
    Node zero = builder.constant(Type.POINTER, 0, position);
    builder.branch(Relation.NE, found.pointer(), zero, there, missing, position);
    builder.moveTo(there);
    Value value = load(found.pointer(), found.layout(), position);
    builder.jump(after, position);
    builder.moveTo(missing);
    builder.jump(after, position);
    builder.moveTo(after);
    return new Merge(builder, after, position).merge(List.of(value, new Value.Constant(null)));
  }

  /** Loads all of a value. */
  Value load(Node pointer, Layout<?> layout, Position position) {
    if (!layout.type().isRecord()) {
      return new Value.Scalar(load(pointer, layout.fields().getFirst(), position));
    }
    Iterator<Layout.Field> fields = layout.fields().iterator();
    return record(pointer, layout.type(), fields, position);
  }

  private Value record(
      Node pointer, Class<?> type, Iterator<Layout.Field> fields, Position position) {
    Value.Aggregate loaded = new Value.Aggregate(type.getName().replace('.', '/'));
    for (RecordComponent component : type.getRecordComponents()) {
      Value part =
          component.getType().isRecord()
              ? record(pointer, component.getType(), fields, position)
              : new Value.Scalar(load(pointer, fields.next(), position));
      loaded.fields().put(component.getName(), part);
    }
    return loaded;
  }

  private Node load(Node pointer, Layout.Field field, Position position) {
    Type type = field.size() == 8 ? Type.LONG : Type.INT;
    Node value = builder.add(Op.LOAD, type, field.offset(), field.size(), "", position, pointer);
    if (field.networkOrder() && SWAPS && field.size() > 1) {
      value = builder.operate(Op.SWAP, type, 8L * field.size(), position, value);
    }
    if (field.type() == byte.class) {
      return builder.operate(Op.SIGN8, type, position, value);
    } else if (field.type() == short.class) {
      return builder.operate(Op.SIGN16, type, position, value);
    }
    return value;
  }

  /** Stores all of a value, and zeros where its layout has nothing. */
  void store(Node pointer, Layout<?> layout, Value stored, Position position) {
    Value value = RecordConstants.opened(builder, stored, position);
    int end = 0;
    for (Layout.Field field : layout.fields()) {
      zero(pointer, end, field.offset(), position);
      store(pointer, field, instructions.scalar(part(value, field, position), position), position);
      end = field.offset() + field.size();
    }
    zero(pointer, end, layout.size(), position);
  }

  /** What a record has for a number of its layout. */
  private Value part(Value value, Layout.Field field, Position position) {
    Value part = value;
    for (String component : field.name().split("\\.", -1)) {
      Value whole = RecordConstants.opened(builder, part, position);
      if (whole instanceof Value.Aggregate aggregate && !component.isEmpty()) {
        Value inside = aggregate.fields().get(component);
        if (inside == null) {
          throw InstructionBuilder.refused(position, "the record is not complete", "");
        }
        part = inside;
      }
    }
    return part;
  }

  /** Stores a number. */
  void store(Node pointer, Layout.Field field, Node number, Position position) {
    Type type = field.size() == 8 ? Type.LONG : Type.INT;
    Node value = number;
    if (number.type() == Type.LONG && type == Type.INT) {
      value = builder.operate(Op.LOW32, Type.INT, position, number);
    } else if (number.type() == Type.INT && type == Type.LONG) {
      value = builder.operate(Op.SIGN32, Type.LONG, position, number);
    }
    if (field.networkOrder() && SWAPS && field.size() > 1) {
      value = builder.operate(Op.SWAP, type, 8L * field.size(), position, value);
    }
    builder.add(Op.STORE, Type.VOID, field.offset(), field.size(), "", position, pointer, value);
  }

  /** Zeros between components, as few stores as there can be. */
  private void zero(Node pointer, int from, int to, Position position) {
    Node zero = builder.constant(Type.INT, 0, position);
    int at = from;
    while (at < to) {
      int size = 1;
      while (size < 8 && at % (2 * size) == 0 && at + 2 * size <= to) {
        size *= 2;
      }
      builder.add(Op.STORE, Type.VOID, at, size, "", position, pointer, zero);
      at += size;
    }
  }
}
