package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code switch} with patterns ({@code SwitchBootstraps}): which case fits is known when the
 * program is compiled, or by which of several objects it is.
 */
final class TypeSwitch {
  private static final String BOOTSTRAPS = "Ljava/lang/runtime/SwitchBootstraps;";

  private final GraphBuilder builder;
  private final List<ConstantDesc> labels;
  private final Position position;

  TypeSwitch(GraphBuilder builder, InvokeDynamicInstruction dynamic, Position position) {
    this.builder = builder;
    this.position = position;
    labels = dynamic.bootstrapArgs();
  }

  static boolean isSwitch(InvokeDynamicInstruction dynamic) {
    return dynamic.bootstrapMethod().owner().descriptorString().equals(BOOTSTRAPS);
  }

  /**
   * The number of the case that fits; how many there are, if none does.
   *
   * @param from the first case that is still to be asked
   */
  Value choose(Value value, Node from) {
    if (!from.isConstant()) {
      throw InstructionBuilder.refused(
          position, "a case with a condition varies", "write if and else");
    }
    int first = (int) from.number();
    return switch (value) {
      case Value.Aggregate aggregate ->
          number(find(first, builder.classes().load(aggregate.className(), position), null));
      case Value.Constant(Object object) ->
          number(object == null ? -1 : find(first, object.getClass(), object));
      case Value.Choice choice -> {
        List<@Nullable Object> numbers = new ArrayList<>();
        for (Object object : choice.objects()) {
          numbers.add(object == null ? -1 : find(first, object.getClass(), object));
        }
        yield new Choices(builder, position).choose(choice.index(), numbers);
      }
      default ->
          throw InstructionBuilder.refused(
              position, "a switch asks for the type of a number", "compare numbers");
    };
  }

  private Value number(int number) {
    return new Value.Scalar(builder.constant(Type.INT, number, position));
  }

  private int find(int first, Class<?> type, @Nullable Object object) {
    for (int i = first; i < labels.size(); i++) {
      if (fits(labels.get(i), type, object)) {
        return i;
      }
    }
    return labels.size();
  }

  private boolean fits(ConstantDesc label, Class<?> type, @Nullable Object object) {
    return switch (label) {
      case ClassDesc wanted ->
          builder
              .classes()
              .load(wanted.descriptorString().replaceAll("^L|;$", ""), position)
              .isAssignableFrom(type);
      // A constant of an enum, where all cases are of one.
      case String name when object instanceof Enum<?> constant -> constant.name().equals(name);
      case Enum.EnumDesc<?> name when object instanceof Enum<?> constant ->
          constant.name().equals(name.constantName());
      default ->
          throw InstructionBuilder.refused(
              position, "a case of this kind is not compiled", "write if and else");
    };
  }
}
