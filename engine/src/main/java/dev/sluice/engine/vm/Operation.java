package dev.sluice.engine.vm;

/**
 * What an {@link Image} says of an instruction, dense so that a switch over it is a table. Those
 * with two operands take the second from a register or from the instruction itself.
 */
final class Operation {
  /** No instruction: the second slot of a constant. */
  static final int NONE = 0;

  // Arithmetic of 64 bits, in the order of ArithmeticOperator; of 32 bits ALU32 further.
  static final int ADD = 1;
  static final int SUB = 2;
  static final int MUL = 3;
  static final int DIV = 4;
  static final int SIGNED_DIV = 5;
  static final int OR = 6;
  static final int AND = 7;
  static final int LSH = 8;
  static final int RSH = 9;
  static final int MOD = 10;
  static final int SIGNED_MOD = 11;
  static final int XOR = 12;
  static final int MOV = 13;
  static final int ARSH = 14;
  static final int ALU32 = 14;
  static final int ADD32 = ALU32 + ADD;
  static final int SUB32 = ALU32 + SUB;
  static final int MUL32 = ALU32 + MUL;
  static final int DIV32 = ALU32 + DIV;
  static final int SIGNED_DIV32 = ALU32 + SIGNED_DIV;
  static final int OR32 = ALU32 + OR;
  static final int AND32 = ALU32 + AND;
  static final int LSH32 = ALU32 + LSH;
  static final int RSH32 = ALU32 + RSH;
  static final int MOD32 = ALU32 + MOD;
  static final int SIGNED_MOD32 = ALU32 + SIGNED_MOD;
  static final int XOR32 = ALU32 + XOR;
  static final int MOV32 = ALU32 + MOV;
  static final int ARSH32 = ALU32 + ARSH;

  static final int NEG = 29;
  static final int NEG32 = 30;

  /** Sign-extending moves; the offset is the number of bits. */
  static final int MOVS = 31;

  static final int MOVS32 = 32;

  /** Byte order; the offset is the number of bits. */
  static final int SWAP = 33;

  /** As {@link #SWAP} on a machine where nothing is to be swapped: cuts. */
  static final int CUT = 34;

  /** Constants of 64 bits, addresses included. */
  static final int CONSTANT = 35;

  static final int LOAD8 = 36;
  static final int LOAD16 = 37;
  static final int LOAD32 = 38;
  static final int LOAD64 = 39;
  static final int LOADS8 = 40;
  static final int LOADS16 = 41;
  static final int LOADS32 = 42;
  static final int STORE8 = 43;
  static final int STORE16 = 44;
  static final int STORE32 = 45;
  static final int STORE64 = 46;

  /** Loads from the packet in network byte order; the second operand is added to the offset. */
  static final int LOAD_PACKET = 47;

  /** An atomic update; the value is the ordinal of its operator and the size. */
  static final int ATOMIC = 48;

  static final int GOTO = 49;

  // Branches on 64 bits, in the order of Condition; on 32 bits BRANCH32 further.
  static final int EQ = 50;
  static final int NE = 51;
  static final int GT = 52;
  static final int GE = 53;
  static final int LT = 54;
  static final int LE = 55;
  static final int SGT = 56;
  static final int SGE = 57;
  static final int SLT = 58;
  static final int SLE = 59;
  static final int SET = 60;
  static final int BRANCH32 = 11;
  static final int EQ32 = BRANCH32 + EQ;
  static final int NE32 = BRANCH32 + NE;
  static final int GT32 = BRANCH32 + GT;
  static final int GE32 = BRANCH32 + GE;
  static final int LT32 = BRANCH32 + LT;
  static final int LE32 = BRANCH32 + LE;
  static final int SGT32 = BRANCH32 + SGT;
  static final int SGE32 = BRANCH32 + SGE;
  static final int SLT32 = BRANCH32 + SLT;
  static final int SLE32 = BRANCH32 + SLE;
  static final int SET32 = BRANCH32 + SET;

  static final int MAY_GOTO = 72;
  static final int EXIT = 73;
  static final int CALL_HELPER = 74;
  static final int CALL_FUNCTION = 75;
  static final int CALL_INDIRECT = 76;
  static final int TAIL_CALL = 77;

  private Operation() {}
}
