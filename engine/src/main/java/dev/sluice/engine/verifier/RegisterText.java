package dev.sluice.engine.verifier;

import java.util.ArrayList;
import java.util.List;

/** What is known of registers, as the verifier's log has it ({@code print_reg_state}). */
final class RegisterText {
  private RegisterText() {}

  /** {@code R1=ctx() R2=pkt(r=14)}: of all registers that hold something. */
  static String of(FrameState frame) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < frame.registers.length; i++) {
      RegisterState state = frame.registers[i];
      if (state.type != RegisterState.Type.NOT_INIT) {
        texts.add("R" + i + "=" + of(state));
      }
    }
    return String.join(" ", texts);
  }

  private static String of(RegisterState state) {
    if (state.isKnownScalar()) {
      return Long.toString(state.scalar.umin);
    }
    if (state.type == RegisterState.Type.STACK) {
      return "fp" + (state.offset == 0 ? "0" : Integer.toString(state.offset));
    }
    List<String> facts = new ArrayList<>();
    if (state.id != 0) {
      facts.add("id=" + state.id);
    }
    if (state.offset != 0 && state.isPointer()) {
      facts.add("off=" + state.offset);
    }
    if (state.type.isPacket()) {
      facts.add("r=" + state.range);
    }
    if (state.map != null) {
      facts.add("map=" + state.map.name());
      facts.add("ks=" + state.map.keySize());
      facts.add("vs=" + state.map.valueSize());
    }
    if (state.memorySize != 0) {
      facts.add("sz=" + state.memorySize);
    }
    if (!state.scalar.isKnown()) {
      range(state.scalar, facts);
    }
    return state.type.text + "(" + String.join(",", facts) + ")";
  }

  private static void range(Scalar scalar, List<String> facts) {
    if (scalar.smin != Long.MIN_VALUE) {
      facts.add("smin=" + scalar.smin);
    }
    if (scalar.smax != Long.MAX_VALUE) {
      facts.add("smax=" + scalar.smax);
    }
    if (scalar.umin != 0) {
      facts.add("umin=" + Long.toUnsignedString(scalar.umin));
    }
    if (scalar.umax != -1) {
      facts.add("umax=" + Long.toUnsignedString(scalar.umax));
    }
  }
}
