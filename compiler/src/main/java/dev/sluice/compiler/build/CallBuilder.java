package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.Table;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** Follows calls: what the compiler knows becomes nodes, other methods are followed in place. */
final class CallBuilder {
  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Frame frame;

  CallBuilder(GraphBuilder builder, InstructionBuilder instructions, Frame frame) {
    this.builder = builder;
    this.instructions = instructions;
    this.frame = frame;
  }

  void follow(InvokeInstruction call, Position position) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    MethodTypeDesc type = call.typeSymbol();
    boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
    int count = type.parameterCount() + (isStatic ? 0 : 1);
    List<Value> arguments =
        new ArrayList<>(frame.stack().subList(frame.stack().size() - count, frame.stack().size()));
    if (!isStatic && arguments.getFirst() instanceof Value.Context) {
      frame.stack().subList(frame.stack().size() - count, frame.stack().size()).clear();
      Value result = new ContextCalls(builder, instructions).follow(name, arguments, position);
      if (result != null) {
        frame.push(result);
      }
      return;
    }
    if (name.equals("<init>")
        && (owner.equals("java/lang/Record") || owner.equals("java/lang/Object"))) {
      frame.pop();
      return;
    }
    if (isStatic && new NumberCalls(builder, instructions, frame).follow(owner, name, position)) {
      return;
    }
    frame.stack().subList(frame.stack().size() - count, frame.stack().size()).clear();
    if (isStatic && TableCalls.isKernel(owner)) {
      frame.push(new TableCalls(builder, instructions).kernel(name, position));
      return;
    }
    if (!isStatic && onObject(name, arguments, position)) {
      return;
    }
    MethodCode code = find(owner, name, type, arguments, isStatic, position);
    Value result = builder.call(code, arguments, position);
    if (builder.isReached() && TypeKind.from(type.returnType()) != TypeKind.VOID) {
      if (result == null) {
        throw new IllegalStateException(name + " gave nothing");
      }
      frame.push(result);
    }
  }

  /** Follows a call of what the compiler knows, if it is one. */
  private boolean onObject(String name, List<Value> arguments, Position position) {
    TableCalls tables = new TableCalls(builder, instructions);
    if (arguments.getFirst() instanceof Value.Found found) {
      Value present = new Memory(builder, instructions).require(found, position);
      frame.replace(found, present);
      arguments.set(0, present);
      if (!builder.isReached()) {
        return true;
      }
    }
    switch (arguments.getFirst()) {
      case Value.Scalar number when name.endsWith("Value") -> frame.push(number);
      case Value.Place place -> {
        Value result = tables.place(place, name, arguments, position);
        if (result != null) {
          frame.push(result);
        }
      }
      case Value.Constant(Object object) when object instanceof Table<?, ?> table ->
          frame.push(tables.table(table, name, arguments, position));
      case Value.Constant(Object object) when object instanceof Events events ->
          frame.push(tables.events(events, arguments, position));
      case Value.Constant(Object object) when object instanceof ProgramTable programs ->
          tables.goOn(programs, arguments, position);
      default -> {
        return false;
      }
    }
    return true;
  }

  private MethodCode find(
      String owner,
      String name,
      MethodTypeDesc type,
      List<Value> arguments,
      boolean isStatic,
      Position position) {
    String where = owner;
    if (!isStatic) {
      where =
          switch (arguments.getFirst()) {
            case Value.Aggregate aggregate -> aggregate.className();
            case Value.Constant(Object object) when object != null ->
                object.getClass().getName().replace('.', '/');
            default ->
                throw InstructionBuilder.refused(
                    position,
                    "method " + name + " of " + ClassFiles.dotted(owner) + " is called",
                    "call static methods, methods of records, and of the classes in"
                        + " dev.sluice.compiler.program");
          };
    }
    return builder
        .classes()
        .method(where, name, type.descriptorString(), position)
        .orElseThrow(
            () ->
                InstructionBuilder.refused(
                    position,
                    "method "
                        + name
                        + " of "
                        + ClassFiles.dotted(owner)
                        + " has no code to compile",
                    ""));
  }
}
