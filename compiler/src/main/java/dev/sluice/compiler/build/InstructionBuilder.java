package dev.sluice.compiler.build;

import dev.sluice.compiler.CompilationException;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows the instructions of a stretch of code that do not jump. */
final class InstructionBuilder {
  private final GraphBuilder builder;
  private final MethodCode code;
  private final Frame frame;

  InstructionBuilder(GraphBuilder builder, MethodCode code, Frame frame) {
    this.builder = builder;
    this.code = code;
    this.frame = frame;
  }

  /** The variables and the stack. */
  Frame frame() {
    return frame;
  }

  void follow(Instruction instruction, int index, Position position) {
    switch (instruction) {
      case LoadInstruction load -> frame.push(written(frame.local(load.slot()), position));
      case StoreInstruction store -> store(store);
      case IncrementInstruction increment -> increment(increment, position);
      case ConstantInstruction constant -> frame.push(constant(constant.constantValue(), position));
      case OperatorInstruction operator -> operate(operator.opcode(), position);
      case ConvertInstruction convert -> convert(convert, position);
      case StackInstruction stack -> shuffle(stack.opcode());
      case NewObjectInstruction made -> make(made, position);
      case FieldInstruction field -> new FieldBuilder(builder, this, frame).follow(field, position);
      case InvokeInstruction call -> new CallBuilder(builder, this, frame).follow(call, position);
      case ArrayLoadInstruction _ -> loadElement(index, position);
      case TypeCheckInstruction check when check.opcode() == Opcode.CHECKCAST -> {
        // What is there has its type already.
      }
      case TypeCheckInstruction check ->
          frame.push(new Types(builder, position).isA(frame.pop(), check.type().asInternalName()));
      case NopInstruction _ -> {
        // Nothing.
      }
      case InvokeDynamicInstruction dynamic when Lambdas.isEquality(dynamic) -> {
        Value right = frame.pop();
        frame.push(new RecordEquality(builder, this, position).ask(frame.pop(), right));
      }
      case InvokeDynamicInstruction dynamic when TypeSwitch.isSwitch(dynamic) -> {
        Node from = popScalar(position);
        if (!from.isConstant()) {
          // Cases that did not fit after all are behind it: each attempt is a turn.
          code.loopAround(index)
              .filter(loop -> !builder.program().lessons().isUnrolled(code, loop.first()))
              .ifPresent(loop -> unroll(index, loop.first()));
        }
        frame.push(new TypeSwitch(builder, dynamic, position).choose(frame.pop(), from));
      }
      case InvokeDynamicInstruction dynamic -> frame.push(new Lambdas(position).make(dynamic));
      default ->
          throw refused(
              position,
              switch (instruction.opcode()) {
                case NEWARRAY, ANEWARRAY, MULTIANEWARRAY -> "an array is allocated";
                case MONITORENTER, MONITOREXIT -> "there is no synchronization";
                case IASTORE, LASTORE, BASTORE, SASTORE, CASTORE, AASTORE -> "an array is written";
                default -> instruction.opcode() + " is not compiled";
              },
              switch (instruction.opcode()) {
                case NEWARRAY, ANEWARRAY, MULTIANEWARRAY ->
                    "use a record, or a static final array of what does not change";
                case IASTORE, LASTORE, BASTORE, SASTORE, CASTORE, AASTORE ->
                    "keep what changes in a Table";
                case MONITORENTER, MONITOREXIT -> "use atomic updates of a Cell";
                default -> "";
              });
    }
  }

  static CompilationException refused(Position position, String problem, String instead) {
    return new CompilationException(position, problem, instead);
  }

  private static Value written(@Nullable Value value, Position position) {
    if (value == null) {
      throw refused(position, "a variable is read that has no value here", "");
    }
    return value;
  }

  /** Makes a number of a comparison that no branch asks for right away. */
  void decide(Position position) {
    if (!frame.stack().isEmpty() && frame.stack().getLast() instanceof Value.Comparison) {
      push(popScalar(position));
    }
  }

  /** A value as a number. */
  Node scalar(Value value, Position position) {
    return switch (value) {
      case Value.Scalar(Node node) -> node;
      case Value.Constant(Object object) when object == null ->
          builder.constant(Type.POINTER, 0, position);
      case Value.Constant(Object object) ->
          Constants.number(object)
              .map(number -> builder.constant(Constants.type(object), number, position))
              .orElseThrow(() -> object(position));
      case Value.Comparison comparison -> sign(comparison, position);
      case Value.Found _, Value.Maybe _ ->
          scalar(new Memory(builder, this).required(value, position), position);
      case Value.Context _, Value.Aggregate _, Value.Place _, Value.Choice _, Value.Lambda _ ->
          throw object(position);
    };
  }

  private static CompilationException object(Position position) {
    return refused(position, "an object is used where a number is needed", "");
  }

  Node popScalar(Position position) {
    return scalar(frame.pop(), position);
  }

  void push(Node node) {
    frame.push(new Value.Scalar(node));
  }

  Value constant(Object value, Position position) {
    return Constants.number(value)
        .<Value>map(
            number -> new Value.Scalar(builder.constant(Constants.type(value), number, position)))
        .orElseGet(() -> new Value.Constant(ConstantDescs.NULL.equals(value) ? null : value));
  }

  private void store(StoreInstruction store) {
    frame.local(store.slot(), frame.pop());
  }

  private void increment(IncrementInstruction increment, Position position) {
    Node old = scalar(written(frame.local(increment.slot()), position), position);
    Node amount = builder.constant(Type.INT, increment.constant(), position);
    frame.local(
        increment.slot(),
        new Value.Scalar(builder.operate(Op.ADD, Type.INT, position, old, amount)));
  }

  private void shuffle(Opcode opcode) {
    switch (opcode) {
      case POP -> frame.pop();
      case POP2 -> {
        if (!isWide(frame.pop())) {
          frame.pop();
        }
      }
      case DUP -> frame.push(frame.stack().getLast());
      case DUP_X1 -> insert(1, frame.stack().getLast());
      case DUP_X2 -> {
        boolean wide = isWide(frame.stack().get(frame.stack().size() - 2));
        insert(wide ? 1 : 2, frame.stack().getLast());
      }
      case DUP2 -> {
        Value top = frame.stack().getLast();
        if (isWide(top)) {
          frame.push(top);
        } else {
          Value below = frame.stack().get(frame.stack().size() - 2);
          frame.push(below);
          frame.push(top);
        }
      }
      case SWAP -> frame.stack().add(frame.stack().size() - 1, frame.pop());
      default -> throw new IllegalStateException(opcode + " is not written by compilers");
    }
  }

  /** Puts a value below so many others. */
  private void insert(int below, Value value) {
    frame.stack().add(frame.stack().size() - 1 - below, value);
  }

  private static boolean isWide(Value value) {
    return value instanceof Value.Scalar(Node node) && node.type() == Type.LONG;
  }

  private void operate(Opcode opcode, Position position) {
    switch (opcode) {
      case ARRAYLENGTH -> {
        Value array = frame.pop();
        if (!(array instanceof Value.Constant(Object object)) || object == null) {
          throw refused(position, "arrays must be static final", "");
        }
        push(builder.constant(Type.INT, Array.getLength(object), position));
      }
      case INEG, LNEG -> {
        Node value = popScalar(position);
        push(builder.operate(Op.NEG, value.type(), position, value));
      }
      case LCMP -> {
        Node right = popScalar(position);
        Node left = popScalar(position);
        frame.push(new Value.Comparison(left, right, false));
      }
      case IDIV, LDIV -> divide(Op.DIV, position);
      case IREM, LREM -> divide(Op.REM, position);
      case IADD, LADD -> binary(Op.ADD, position);
      case ISUB, LSUB -> binary(Op.SUB, position);
      case IMUL, LMUL -> binary(Op.MUL, position);
      case IAND, LAND -> binary(Op.AND, position);
      case IOR, LOR -> binary(Op.OR, position);
      case IXOR, LXOR -> binary(Op.XOR, position);
      case ISHL, LSHL -> binary(Op.SHL, position);
      case ISHR, LSHR -> binary(Op.SHR, position);
      case IUSHR, LUSHR -> binary(Op.USHR, position);
      default -> throw refused(position, "there are no floating-point numbers in eBPF", "use long");
    }
  }

  private void binary(Op op, Position position) {
    Node right = popScalar(position);
    Node left = popScalar(position);
    boolean commutes = op == Op.ADD || op == Op.MUL || op == Op.AND || op == Op.OR || op == Op.XOR;
    if (commutes && left.isConstant()) {
      Node other = left;
      left = right;
      right = other;
    }
    push(builder.operate(op, left.type(), position, left, right));
  }

  /** Divides; by zero, the program ends. */
  void divide(Op op, Position position) {
    Node right = popScalar(position);
    Node left = popScalar(position);
    Node zero = builder.constant(right.type(), 0, position);
    builder.require(Relation.NE, right, zero, position);
    if (builder.isReached()) {
      push(builder.operate(op, left.type(), position, left, right));
    }
  }

  private void convert(ConvertInstruction convert, Position position) {
    Node value = popScalar(position);
    Node mask = builder.constant(Type.INT, 0xffff, position);
    push(
        switch (convert.opcode()) {
          case I2L -> builder.operate(Op.SIGN32, Type.LONG, position, value);
          case L2I -> builder.operate(Op.LOW32, Type.INT, position, value);
          case I2B -> builder.operate(Op.SIGN8, Type.INT, position, value);
          case I2S -> builder.operate(Op.SIGN16, Type.INT, position, value);
          case I2C -> builder.operate(Op.AND, Type.INT, position, value, mask);
          default ->
              throw refused(position, "there are no floating-point numbers in eBPF", "use long");
        });
  }

  /** Minus one, 0 or 1. */
  private Node sign(Value.Comparison comparison, Position position) {
    Relation less = comparison.unsigned() ? Relation.ULT : Relation.LT;
    Block below = builder.graph().newBlock();
    Block rest = builder.graph().newBlock();
    Block above = builder.graph().newBlock();
    Block same = builder.graph().newBlock();
    Block after = builder.graph().newBlock();
    builder.branch(less, comparison.left(), comparison.right(), below, rest, position);
    if (!rest.predecessors().isEmpty()) {
      builder.moveTo(rest);
      builder.branch(Relation.EQ, comparison.left(), comparison.right(), same, above, position);
    }
    List<Node> inputs = new ArrayList<>();
    for (Block block : List.of(below, same, above)) {
      if (!block.predecessors().isEmpty()) {
        builder.moveTo(block);
        builder.jump(after, position);
        inputs.add(
            builder.constant(Type.INT, block == below ? -1 : block == same ? 0 : 1, position));
      }
    }
    builder.moveTo(after);
    return builder.add(Op.PHI, Type.INT, 0, 0, "", position, inputs.toArray(new Node[0]));
  }

  private void make(NewObjectInstruction made, Position position) {
    String name = made.className().asInternalName();
    Class<?> type = builder.classes().load(name, position);
    if (Throwable.class.isAssignableFrom(type)) {
      // What the JDK throws, nobody catches.
      if (type != MatchException.class && !code.className().startsWith("java/")) {
        throw refused(position, "an exception is made", "return a verdict");
      }
      builder.jump(builder.ended(position), position);
      return;
    }
    if (!type.isRecord()) {
      throw refused(
          position,
          "a " + type.getSimpleName() + " is allocated",
          "only records may be made, for they need no memory");
    }
    frame.push(new Value.Aggregate(name));
  }

  private void loadElement(int instruction, Position position) {
    Node index = popScalar(position);
    Value array = frame.pop();
    if (array instanceof Value.Choice choice) {
      frame.push(TableBuilder.of(builder, choice, position).element(choice.index(), index));
      return;
    }
    if (!(array instanceof Value.Constant(Object object)) || object == null) {
      throw refused(position, "arrays must be static final", "");
    }
    int length = Array.getLength(object);
    if (index.isConstant()) {
      if (index.number() < 0 || index.number() >= length) {
        builder.jump(builder.ended(position), position);
        return;
      }
      frame.push(constant(Array.get(object, (int) index.number()), position));
      return;
    }
    Class<?> elements = object.getClass().getComponentType();
    if (!elements.isPrimitive()) {
      code.loopAround(instruction).ifPresent(loop -> unroll(instruction, loop.first()));
    }
    frame.push(new TableBuilder(builder, object, position).element(index));
  }

  /** A loop through objects is written turn by turn, if that tells which object each turn takes. */
  private void unroll(int instruction, int head) {
    Lessons lessons = builder.program().lessons();
    if (lessons.isVarying(code, instruction)) {
      return;
    }
    throw lessons.isUnrolled(code, head)
        ? new RestartNeeded(again -> again.vary(code, head, instruction))
        : new RestartNeeded(again -> again.unroll(code, head));
  }
}
