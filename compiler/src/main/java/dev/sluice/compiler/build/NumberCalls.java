package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;

/** Methods of {@code Integer}, {@code Long} and {@code Short} that are an instruction. */
final class NumberCalls {
  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Frame frame;

  NumberCalls(GraphBuilder builder, InstructionBuilder instructions, Frame frame) {
    this.builder = builder;
    this.instructions = instructions;
    this.frame = frame;
  }

  /** Follows a call, if it is one of these. */
  boolean follow(String owner, String name, Position position) {
    switch (owner + "." + name) {
      case "java/lang/Integer.compareUnsigned", "java/lang/Long.compareUnsigned" -> {
        Node right = instructions.popScalar(position);
        Node left = instructions.popScalar(position);
        frame.push(new Value.Comparison(left, right, true));
      }
      case "java/lang/Integer.compare", "java/lang/Long.compare" -> {
        Node right = instructions.popScalar(position);
        Node left = instructions.popScalar(position);
        frame.push(new Value.Comparison(left, right, false));
      }
      case "java/lang/Integer.divideUnsigned", "java/lang/Long.divideUnsigned" ->
          instructions.divide(Op.UDIV, position);
      case "java/lang/Integer.remainderUnsigned", "java/lang/Long.remainderUnsigned" ->
          instructions.divide(Op.UREM, position);
      case "java/lang/Integer.valueOf",
          "java/lang/Long.valueOf",
          "java/lang/Short.valueOf",
          "java/lang/Byte.valueOf" ->
          instructions.push(instructions.popScalar(position));
      case "java/lang/Integer.toUnsignedLong" -> unary(Op.ZERO32, Type.LONG, 0, position);
      case "java/lang/Integer.reverseBytes" -> unary(Op.SWAP, Type.INT, 32, position);
      case "java/lang/Long.reverseBytes" -> unary(Op.SWAP, Type.LONG, 64, position);
      case "java/lang/Short.reverseBytes" -> {
        unary(Op.SWAP, Type.INT, 16, position);
        unary(Op.SIGN16, Type.INT, 0, position);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void unary(Op op, Type type, long number, Position position) {
    Node value = instructions.popScalar(position);
    instructions.push(builder.operate(op, type, number, position, value));
  }
}
