package dev.sluice.engine.vm;

import java.lang.classfile.CodeBuilder;

/** The local variables of a segment's method. */
final class Locals {
  static final int REGISTERS = 11;

  static final int EXECUTION = 0;

  /** The registers of the function under way, as they travel between segments. */
  static final int FRAME = 1;

  /** The slot to go on at, or where a fault would be. */
  static final int AT = 2;

  private static final int FIRST_REGISTER = 3;

  /** The array of the function's stack. */
  static final int STACK = FIRST_REGISTER + 2 * REGISTERS;

  /** What a tail call goes to, or a fault. */
  static final int TARGET = STACK + 1;

  static final int FUEL = TARGET + 1;
  static final int FREE = FUEL + 2;

  private Locals() {}

  static int register(int register) {
    return FIRST_REGISTER + 2 * register;
  }

  /** Notes where a fault would be. */
  static void place(CodeBuilder code, int slot) {
    code.loadConstant(slot).istore(AT);
  }

  /** Loads the second operand of an instruction. */
  static void operand(CodeBuilder code, Image image, int slot) {
    int source = image.source[slot];
    if (source == Image.IMMEDIATE) {
      code.loadConstant(image.value[slot]);
    } else {
      code.lload(register(source));
    }
  }
}
