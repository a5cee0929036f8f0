package dev.sluice.compiler.ir;

/** What a value is. */
public enum Type {
  /** Nothing: the node is there for what it does. */
  VOID,
  /** 32 bits; the upper half of its register is 0. */
  INT,
  /** 64 bits. */
  LONG,
  /** An address that the verifier knows as a pointer, or 0. */
  POINTER
}
