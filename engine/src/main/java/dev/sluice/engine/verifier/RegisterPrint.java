package dev.sluice.engine.verifier;

import dev.sluice.datapath.program.MapInfo;
import java.util.ArrayList;
import java.util.List;

/** Prints what is known of registers as the kernel's log does ({@code print_reg_state}). */
final class RegisterPrint {
  private RegisterPrint() {}

  /** The registers of the function that is being looked at, those with a value. */
  static String of(PathState state) {
    List<String> told = new ArrayList<>();
    for (int number = 0; number <= 10; number++) {
      RegisterState register = state.register(number);
      if (register.type != RegisterState.Type.NOT_INIT) {
        told.add("R" + number + "=" + text(register));
      }
    }
    return String.join(" ", told);
  }

  private static String text(RegisterState register) {
    if (register.isKnownScalar()) {
      return Long.toString(register.scalar.smin);
    }
    if (register.type == RegisterState.Type.STACK) {
      return "fp" + register.offset;
    }
    List<String> parts = new ArrayList<>();
    MapInfo map = register.map;
    if (map != null && register.type != RegisterState.Type.MEMORY) {
      parts.add("map=" + map.name());
      parts.add("ks=" + map.keySize());
      parts.add("vs=" + map.valueSize());
    }
    if (register.memorySize != 0) {
      parts.add("sz=" + register.memorySize);
    }
    if (register.isPointer() && register.offset != 0) {
      parts.add("off=" + register.offset);
    }
    if (register.type.isPacket()) {
      parts.add("r=" + register.range);
    }
    if (!register.scalar.isKnown()) {
      addBounds(register.scalar, parts);
    }
    return register.type.text + "(" + String.join(",", parts) + ")";
  }

  private static void addBounds(Scalar scalar, List<String> parts) {
    if (scalar.smin != Long.MIN_VALUE) {
      parts.add("smin=" + scalar.smin);
    }
    if (scalar.smax != Long.MAX_VALUE) {
      parts.add("smax=" + scalar.smax);
    }
    if (scalar.umin != 0) {
      parts.add("umin=" + Long.toUnsignedString(scalar.umin));
    }
    if (scalar.umax != -1) {
      parts.add("umax=" + Long.toUnsignedString(scalar.umax));
    }
  }
}
