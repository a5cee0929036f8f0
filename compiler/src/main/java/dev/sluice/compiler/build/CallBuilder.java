package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.Table;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    if (isStatic && count == 0 && name.equals("values")) {
      Optional<Object[]> all = builder.classes().constants(owner, position);
      if (all.isPresent()) {
        frame.push(new Value.Constant(all.get()));
        return;
      }
    }
    if (isStatic && LoopCalls.isLoop(owner)) {
      Node turns = instructions.scalar(arguments.getFirst(), position);
      frame.push(new LoopCalls(builder, position).run(turns, arguments.get(1), arguments));
      return;
    }
    if (isStatic && TableCalls.isKernel(owner)) {
      frame.push(new TableCalls(builder, instructions).kernel(name, position));
      return;
    }
    if (!isStatic && onObject(name, arguments, position)) {
      return;
    }
    Value result =
        arguments.isEmpty() || isStatic || !(arguments.getFirst() instanceof Value.Choice choice)
            ? builder.call(
                find(owner, name, type, arguments, isStatic, position), arguments, position)
            : ofChosen(choice, owner, name, type, arguments, position);
    if (builder.isReached() && TypeKind.from(type.returnType()) != TypeKind.VOID) {
      if (result == null) {
        throw new IllegalStateException(name + " gave nothing");
      }
      frame.push(result);
    }
  }

  /** Whether a call is of an enum's number. */
  private static boolean isEnum(Value value, String name) {
    return (name.equals("ordinal") || name.equals("compareTo"))
        && Choices.objects(value).stream().allMatch(one -> one == null || one instanceof Enum<?>);
  }

  /** The number of a constant of an enum; of null, the program ends. */
  private Node ordinal(Value value, Position position) {
    Choices choices = new Choices(builder, position);
    Value.Choice choice =
        value instanceof Value.Choice several
            ? several
            : new Value.Choice(choices.index(value), Choices.objects(value));
    choices.requireObject(choice);
    return builder.isReached()
        ? instructions.scalar(choices.each(choice, one -> ((Enum<?>) one).ordinal()), position)
        : builder.constant(Type.INT, 0, position);
  }

  /** Calls a method of one of several objects; each that has another method goes its own way. */
  private @Nullable Value ofChosen(
      Value.Choice choice,
      String owner,
      String name,
      MethodTypeDesc type,
      List<Value> arguments,
      Position position) {
    Choices choices = new Choices(builder, position);
    choices.requireObject(choice);
    if (!builder.isReached()) {
      return null;
    }
    Map<MethodCode, List<@Nullable Object>> methods = new LinkedHashMap<>();
    for (Object object : choice.objects()) {
      if (object != null) {
        List<Value> asked = new ArrayList<>(arguments);
        asked.set(0, new Value.Constant(object));
        MethodCode code = find(owner, name, type, asked, false, position);
        methods.computeIfAbsent(code, _ -> new ArrayList<@Nullable Object>()).add(object);
      }
    }
    if (methods.size() == 1) {
      return builder.call(methods.keySet().iterator().next(), arguments, position);
    }
    Block after = builder.graph().newBlock();
    List<@Nullable Value> results = new ArrayList<>();
    for (Map.Entry<MethodCode, List<@Nullable Object>> method : methods.entrySet()) {
      if (builder.isReached()) {
        Block next = builder.graph().newBlock();
        Node place = choices.placeIn(choice, method.getValue());
        Value own = ofSome(choices, place, method.getValue(), next, position);
        if (own != null) {
          List<Value> all = new ArrayList<>(arguments);
          all.set(0, own);
          Value result = builder.call(method.getKey(), all, position);
          if (builder.isReached()) {
            builder.jump(after, position);
            if (result != null) {
              results.add(result);
            }
          }
        }
        builder.moveTo(next.predecessors().isEmpty() ? null : next);
      }
    }
    if (builder.isReached()) {
      // One of the objects it is.
      builder.jump(builder.ended(position), position);
    }
    if (after.predecessors().isEmpty()) {
      return null;
    }
    builder.moveTo(after);
    return results.isEmpty() ? null : new Merge(builder, after, position).merge(results);
  }

  /** Goes on if the object is one of some; it, or null if it never is. */
  private @Nullable Value ofSome(
      Choices choices,
      Node place,
      List<@Nullable Object> objects,
      Block otherwise,
      Position position) {
    Block here = builder.graph().newBlock();
    Node none = builder.constant(Type.INT, 0, position);
    builder.branch(Relation.GE, place, none, here, otherwise, position);
    if (here.predecessors().isEmpty()) {
      return null;
    }
    builder.moveTo(here);
    return choices.choose(place, objects);
  }

  /** Follows a call of what the compiler knows, if it is one. */
  private boolean onObject(String name, List<Value> arguments, Position position) {
    TableCalls tables = new TableCalls(builder, instructions);
    Value receiver = arguments.getFirst();
    if (receiver instanceof Value.Found || receiver instanceof Value.Maybe) {
      Value present = new Memory(builder, instructions).required(receiver, position);
      frame.replace(receiver, present);
      arguments.set(0, present);
      if (!builder.isReached()) {
        return true;
      }
    }
    switch (arguments.getFirst()) {
      case Value.Scalar number when name.endsWith("Value") -> frame.push(number);
      case Value.Place place -> {
        Value result = new CellCalls(builder, instructions, position).call(place, name, arguments);
        if (result != null) {
          frame.push(result);
        }
      }
      case Value.Constant _, Value.Choice _ when isEnum(arguments.getFirst(), name) -> {
        Node first = ordinal(arguments.getFirst(), position);
        Node second = arguments.size() > 1 ? ordinal(arguments.get(1), position) : null;
        if (builder.isReached()) {
          instructions.push(
              second == null ? first : builder.operate(Op.SUB, Type.INT, position, first, second));
        }
      }
      case Value.Lambda lambda when lambda.called().equals(name) -> {
        Value result =
            new Lambdas(position).call(builder, lambda, arguments.subList(1, arguments.size()));
        if (result != null && builder.isReached()) {
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
                    "method %s of %s has no code to compile"
                        .formatted(name, ClassFiles.dotted(owner)),
                    "what the kernel tells, ask dev.sluice.compiler.program.Kernel"));
  }
}
