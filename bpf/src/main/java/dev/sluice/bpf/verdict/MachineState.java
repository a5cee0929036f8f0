package dev.sluice.bpf.verdict;

import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.Register;
import java.util.Arrays;

/**
 * What is known of a function's registers and of its stack, in whole aligned slots of 8 bytes, in
 * front of an instruction.
 */
final class MachineState {
  private static final int REGISTERS = 11;
  private static final int STACK_BYTES = 512;
  private static final int SLOT_BYTES = 8;

  private final ValueSet[] places;

  private MachineState(ValueSet[] places) {
    this.places = places;
  }

  /** At a function's start: nothing is known. */
  static MachineState start() {
    ValueSet[] places = new ValueSet[REGISTERS + STACK_BYTES / SLOT_BYTES];
    Arrays.fill(places, ValueSet.ANY);
    return new MachineState(places);
  }

  MachineState copy() {
    return new MachineState(places.clone());
  }

  ValueSet get(Register register) {
    return places[register.number()];
  }

  ValueSet get(Operand operand) {
    return switch (operand) {
      case Register register -> get(register);
      case Immediate(int value) -> ValueSet.of(value);
    };
  }

  void set(Register register, ValueSet value) {
    places[register.number()] = value;
  }

  /** What a load of 8 bytes finds. */
  ValueSet slot(int offset) {
    return isSlot(offset) ? places[place(offset)] : ValueSet.ANY;
  }

  /** A store through the frame pointer. */
  void store(int offset, int bytes, ValueSet value) {
    if (offset < -STACK_BYTES || offset + bytes > 0) {
      // In no place of this frame: the verifier refuses it.
      forgetStack();
    } else if (bytes == SLOT_BYTES && isSlot(offset)) {
      places[place(offset)] = value;
    } else {
      places[place(Math.floorDiv(offset, SLOT_BYTES) * SLOT_BYTES)] = ValueSet.ANY;
      places[place(Math.floorDiv(offset + bytes - 1, SLOT_BYTES) * SLOT_BYTES)] = ValueSet.ANY;
    }
  }

  private static boolean isSlot(int offset) {
    return offset % SLOT_BYTES == 0 && offset < 0 && offset >= -STACK_BYTES;
  }

  private static int place(int offset) {
    return REGISTERS + (offset + STACK_BYTES) / SLOT_BYTES;
  }

  void forgetStack() {
    Arrays.fill(places, REGISTERS, places.length, ValueSet.ANY);
  }

  /** A call loses the registers of its arguments. */
  void forgetArguments() {
    Arrays.fill(places, 1, 6, ValueSet.ANY);
  }

  /** Takes in what is known on another way to the same instruction; tells whether that was new. */
  boolean join(MachineState other) {
    boolean changed = false;
    for (int i = 0; i < places.length; i++) {
      ValueSet joined = places[i].join(other.places[i]);
      if (!joined.equals(places[i])) {
        places[i] = joined;
        changed = true;
      }
    }
    return changed;
  }
}
