package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions that are handed over: lambdas and references to methods that hold nothing. */
final class Lambdas {
  private static final String FACTORY = "Ljava/lang/invoke/LambdaMetafactory;";
  private static final String RECORDS = "Ljava/lang/runtime/ObjectMethods;";
  private static final int IMPLEMENTATION = 1;

  private final Position position;

  Lambdas(Position position) {
    this.position = position;
  }

  /** Whether an instruction compares records, in the {@code equals} that the compiler wrote. */
  static boolean isEquality(InvokeDynamicInstruction dynamic) {
    return dynamic.name().equalsString("equals")
        && dynamic.bootstrapMethod().owner().descriptorString().equals(RECORDS);
  }

  /** What an instruction makes. */
  Value.Lambda make(InvokeDynamicInstruction dynamic) {
    boolean strings = dynamic.bootstrapMethod().methodName().equals("makeConcatWithConstants");
    boolean lambda = dynamic.bootstrapMethod().owner().descriptorString().equals(FACTORY);
    if (!lambda) {
      throw InstructionBuilder.refused(
          position,
          strings
              ? "strings are not put together in a program"
              : "patterns, and records' hashCode and toString, are not compiled",
          "call a static method");
    }
    if (dynamic.typeSymbol().parameterCount() > 0) {
      throw InstructionBuilder.refused(
          position,
          "the lambda uses what is around it",
          "pass that as a parameter, in a record if there is more than one");
    }
    if (dynamic.bootstrapArgs().get(IMPLEMENTATION) instanceof DirectMethodHandleDesc method) {
      return new Value.Lambda(
          dynamic.name().stringValue(),
          method.owner().descriptorString().replaceAll("^L|;$", ""),
          method.methodName(),
          method.lookupDescriptor(),
          method.kind());
    }
    throw InstructionBuilder.refused(position, "this lambda is not compiled", "");
  }

  /** A value that must be a function. */
  Value.Lambda of(Value value) {
    if (value instanceof Value.Lambda lambda) {
      return lambda;
    }
    throw InstructionBuilder.refused(
        position,
        "a function is handed over that is not known here",
        "write the lambda, or the name of a static method, where it is handed over");
  }

  /** Calls a function; its result, or null if it has none. */
  @Nullable Value call(GraphBuilder builder, Value.Lambda lambda, List<Value> arguments) {
    List<Value> all = new ArrayList<>(arguments);
    Value.@Nullable Aggregate made = null;
    if (lambda.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
      made = new Value.Aggregate(lambda.owner());
      all.addFirst(made);
    }
    MethodCode code =
        builder
            .program()
            .classes()
            .method(lambda.owner(), lambda.name(), lambda.descriptor(), position)
            .orElseThrow(
                () ->
                    InstructionBuilder.refused(
                        position, "method " + lambda.name() + " has no code to compile", ""));
    Value result = builder.call(code, all, position);
    return made != null ? made : result;
  }
}
