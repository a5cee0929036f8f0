package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Java's numbers as the compiler's. */
final class Constants {
  private Constants() {}

  /** A number or a boolean; empty for other objects. */
  static Optional<Long> number(@Nullable Object object) {
    return switch (object) {
      case Integer number -> Optional.of(number.longValue());
      case Long number -> Optional.of(number);
      case Short number -> Optional.of(number.longValue());
      case Byte number -> Optional.of(number.longValue());
      case Character letter -> Optional.of((long) letter);
      case Boolean truth -> Optional.of(truth ? 1L : 0L);
      case null, default -> Optional.empty();
    };
  }

  static Type type(@Nullable Object number) {
    return number instanceof Long ? Type.LONG : Type.INT;
  }
}
