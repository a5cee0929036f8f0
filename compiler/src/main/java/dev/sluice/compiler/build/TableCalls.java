package dev.sluice.compiler.build;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.Layout;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.Table;
import java.util.List;

/** Calls of tables, of what was found in them, of events, and of the kernel. */
final class TableCalls {
  private static final String KERNEL = Kernel.class.getName().replace('.', '/');
  private static final long THIS_PROCESSOR = 0xffff_ffffL;

  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Memory memory;

  TableCalls(GraphBuilder builder, InstructionBuilder instructions) {
    this.builder = builder;
    this.instructions = instructions;
    memory = new Memory(builder, instructions);
  }

  /** Whether a static call is one of the kernel's. */
  static boolean isKernel(String owner) {
    return owner.equals(KERNEL);
  }

  /** What a call of the kernel gives. */
  Value kernel(String name, Position position) {
    return switch (name) {
      case "nanoTime" -> new Value.Scalar(call(HelperFunction.KTIME_GET_NS, position));
      case "random" -> narrow(call(HelperFunction.GET_PRANDOM_U32, position), position);
      case "processor" -> narrow(call(HelperFunction.GET_SMP_PROCESSOR_ID, position), position);
      default ->
          throw InstructionBuilder.refused(
              position, "Kernel." + name + " is for tests", "do not call it in a program");
    };
  }

  private Node call(HelperFunction helper, Position position, Node... arguments) {
    return builder.add(Op.CALL, Type.LONG, helper.id(), 0, "", position, arguments);
  }

  private Value narrow(Node value, Position position) {
    return new Value.Scalar(builder.operate(Op.LOW32, Type.INT, position, value));
  }

  /** What a call of a table gives. */
  Value table(Table<?, ?> table, String name, List<Value> arguments, Position position) {
    Node map = map(table, position);
    return switch (name) {
      case "get", "cell" -> {
        Node key = room(table.keys(), arguments.get(1), "key", position);
        Node pointer =
            builder.add(
                Op.CALL,
                Type.POINTER,
                HelperFunction.MAP_LOOKUP_ELEM.id(),
                0,
                "",
                position,
                map,
                key);
        yield new Value.Found(pointer, table.values(), name.equals("cell"));
      }
      case "put" -> {
        builder.settle(position);
        Node key = room(table.keys(), arguments.get(1), "key", position);
        Node value = room(table.values(), arguments.get(2), "value", position);
        Node any = builder.constant(Type.LONG, 0, position);
        yield narrow(
            call(HelperFunction.MAP_UPDATE_ELEM, position, map, key, value, any), position);
      }
      case "remove" -> {
        builder.settle(position);
        Node key = room(table.keys(), arguments.get(1), "key", position);
        yield narrow(call(HelperFunction.MAP_DELETE_ELEM, position, map, key), position);
      }
      default ->
          throw InstructionBuilder.refused(
              position, "Table." + name + " is for tests", "do not call it in a program");
    };
  }

  /** What a call of events gives. */
  Value events(Events events, List<Value> arguments, Position position) {
    Node map = map(events, position);
    Value event =
        RecordConstants.opened(builder, arguments.get(arguments.size() == 2 ? 1 : 2), position);
    if (!(event instanceof Value.Aggregate aggregate)) {
      throw InstructionBuilder.refused(position, "an event must be a record", "");
    }
    Layout<?> layout = Layout.of(builder.classes().load(aggregate.className(), position));
    Node data = room(layout, event, "value", position);
    Node size = builder.constant(Type.LONG, layout.size(), position);
    if (arguments.size() == 2) {
      Node flags = builder.constant(Type.LONG, 0, position);
      return narrow(
          call(HelperFunction.RINGBUF_OUTPUT, position, map, data, size, flags), position);
    }
    Node bytes = instructions.scalar(arguments.get(3), position);
    Node wide = builder.operate(Op.ZERO32, Type.LONG, position, bytes);
    Node upper =
        builder.operate(
            Op.SHL, Type.LONG, position, wide, builder.constant(Type.LONG, 32, position));
    Node flags =
        builder.operate(
            Op.OR,
            Type.LONG,
            position,
            upper,
            builder.constant(Type.LONG, THIS_PROCESSOR, position));
    return narrow(
        call(HelperFunction.PERF_EVENT_OUTPUT, position, builder.context(), map, flags, data, size),
        position);
  }

  /** Goes on with another program, and behind the call if there is none. */
  void goOn(ProgramTable programs, List<Value> arguments, Position position) {
    builder.requireEntry("another program is gone on with", position);
    Node index = instructions.scalar(arguments.get(2), position);
    call(HelperFunction.TAIL_CALL, position, builder.context(), map(programs, position), index);
  }

  private Node map(Object table, Position position) {
    return builder.add(
        Op.MAP, Type.POINTER, 0, 0, builder.program().nameOf(table, position), position);
  }

  /** Room on the stack with a value in it. */
  private Node room(Layout<?> layout, Value value, String use, Position position) {
    Node room = builder.room(use, layout.size(), position);
    Value whole = memory.required(value, position);
    memory.store(room, layout, whole, position);
    return room;
  }
}
