package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Position;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Records that exist now, taken apart like those that a program makes. */
final class RecordConstants {
  private RecordConstants() {}

  /** Whether a value is a record that exists now. */
  static boolean isRecord(@Nullable Value value) {
    return value instanceof Value.Constant(Object object) && object instanceof Record;
  }

  /** A value; its components, if it is a record that exists now. */
  static Value opened(GraphBuilder builder, Value value, Position position) {
    if (!(value instanceof Value.Constant(Object object)) || !(object instanceof Record)) {
      return value;
    }
    Value.Aggregate opened = new Value.Aggregate(object.getClass().getName().replace('.', '/'));
    for (RecordComponent component : object.getClass().getRecordComponents()) {
      Object part = read(object, component, position);
      Value known =
          Constants.number(part)
              .<Value>map(
                  number ->
                      new Value.Scalar(builder.constant(Constants.type(part), number, position)))
              .orElseGet(() -> new Value.Constant(part));
      opened.fields().put(component.getName(), opened(builder, known, position));
    }
    return opened;
  }

  private static @Nullable Object read(
      Object object, RecordComponent component, Position position) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(object);
    } catch (ReflectiveOperationException e) {
      throw InstructionBuilder.refused(
          position, "component " + component.getName() + " can't be read: " + e, "");
    }
  }
}
