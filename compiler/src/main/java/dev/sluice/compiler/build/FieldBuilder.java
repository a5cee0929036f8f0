package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import dev.sluice.compiler.program.Events;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.Table;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** Follows reads and writes of fields: of records that are never made, and of constants. */
final class FieldBuilder {
  private final GraphBuilder builder;
  private final InstructionBuilder instructions;
  private final Frame frame;

  FieldBuilder(GraphBuilder builder, InstructionBuilder instructions, Frame frame) {
    this.builder = builder;
    this.instructions = instructions;
    this.frame = frame;
  }

  void follow(FieldInstruction access, Position position) {
    String name = access.name().stringValue();
    String owner = access.owner().asInternalName();
    switch (access.opcode()) {
      case GETSTATIC -> frame.push(constant(owner, name, null, position));
      case PUTSTATIC ->
          throw InstructionBuilder.refused(
              position, "static field " + name + " is written", "keep state in a map");
      case GETFIELD -> get(owner, name, position);
      default -> put(name, position);
    }
  }

  private void get(String owner, String name, Position position) {
    switch (frame.pop()) {
      case Value.Aggregate aggregate -> {
        Value value = aggregate.fields().get(name);
        if (value == null) {
          throw new IllegalStateException(
              "field " + name + " of " + aggregate.className() + " has no value yet");
        }
        frame.push(value);
      }
      case Value.Constant(Object object) when object != null ->
          frame.push(constant(owner, name, object, position));
      case Value.Choice choice -> {
        Choices choices = new Choices(builder, position);
        choices.requireObject(choice);
        if (builder.isReached()) {
          frame.push(choices.each(choice, object -> read(owner, name, object, position)));
        }
      }
      default ->
          throw InstructionBuilder.refused(
              position, "field " + name + " of an object is read", "use records");
    }
  }

  private void put(String name, Position position) {
    Value value = frame.pop();
    if (!(frame.pop() instanceof Value.Aggregate aggregate)) {
      throw InstructionBuilder.refused(
          position, "field " + name + " of an object is written", "keep state in a map");
    }
    aggregate.fields().put(name, value);
  }

  private Value constant(String owner, String name, @Nullable Object receiver, Position position) {
    if (name.equals("$assertionsDisabled")) {
      return new Value.Scalar(builder.constant(Type.INT, 1, position));
    }
    Object value = read(owner, name, receiver, position);
    Long chosen = receiver == null ? builder.program().chosen(name) : null;
    if (chosen != null && Constants.number(value).isPresent()) {
      return instructions.constant(
          value instanceof Long ? (Object) chosen : (Object) chosen.intValue(), position);
    }
    switch (value) {
      case Table<?, ?> table -> builder.program().name(table, table.spec(name), position);
      case Events events -> builder.program().name(events, events.spec(name), position);
      case ProgramTable programs -> builder.program().name(programs, programs.spec(name), position);
      case null, default -> {
        // No map.
      }
    }
    return value == null ? new Value.Constant(null) : instructions.constant(value, position);
  }

  /** What a final field holds. */
  private @Nullable Object read(
      String owner, String name, @Nullable Object receiver, Position position) {
    Class<?> type = builder.classes().load(owner, position);
    try {
      Field field = find(type, name);
      if (!Modifier.isFinal(field.getModifiers())) {
        throw InstructionBuilder.refused(
            position,
            "field " + name + " may change",
            "make it final, or keep what changes in a map");
      }
      if (receiver != null
          || !Modifier.isPublic(field.getModifiers())
          || !Modifier.isPublic(type.getModifiers())) {
        field.setAccessible(true);
      }
      return field.get(receiver);
    } catch (NoSuchFieldException | IllegalAccessException | InaccessibleObjectException e) {
      throw InstructionBuilder.refused(position, "field " + name + " can't be read: " + e, "");
    }
  }

  private static Field find(Class<?> type, String name) throws NoSuchFieldException {
    Class<?> at = type;
    while (at != null) {
      for (Field field : at.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          return field;
        }
      }
      at = at.getSuperclass();
    }
    throw new NoSuchFieldException(name);
  }
}
