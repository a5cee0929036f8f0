package dev.sluice.compiler.ir;

import dev.sluice.bpf.Condition;

/** How a branch compares two values. */
public enum Relation {
  EQ(Condition.EQUAL),
  NE(Condition.NOT_EQUAL),
  LT(Condition.SIGNED_LESS),
  LE(Condition.SIGNED_LESS_OR_EQUAL),
  GT(Condition.SIGNED_GREATER),
  GE(Condition.SIGNED_GREATER_OR_EQUAL),
  ULT(Condition.LESS),
  ULE(Condition.LESS_OR_EQUAL),
  UGT(Condition.GREATER),
  UGE(Condition.GREATER_OR_EQUAL);

  private final Condition condition;

  Relation(Condition condition) {
    this.condition = condition;
  }

  /** The instruction's word for it. */
  public Condition condition() {
    return condition;
  }

  /** What holds where this does not. */
  public Relation negated() {
    return switch (this) {
      case EQ -> NE;
      case NE -> EQ;
      case LT -> GE;
      case LE -> GT;
      case GT -> LE;
      case GE -> LT;
      case ULT -> UGE;
      case ULE -> UGT;
      case UGT -> ULE;
      case UGE -> ULT;
    };
  }

  /** The same with the operands exchanged. */
  public Relation mirrored() {
    return switch (this) {
      case EQ -> EQ;
      case NE -> NE;
      case LT -> GT;
      case LE -> GE;
      case GT -> LT;
      case GE -> LE;
      case ULT -> UGT;
      case ULE -> UGE;
      case UGT -> ULT;
      case UGE -> ULE;
    };
  }

  /** The same of unsigned numbers. */
  public Relation unsigned() {
    return switch (this) {
      case LT -> ULT;
      case LE -> ULE;
      case GT -> UGT;
      case GE -> UGE;
      default -> this;
    };
  }

  /** Whether it holds for two numbers. */
  public boolean holds(long left, long right) {
    int signed = Long.compare(left, right);
    int unsigned = Long.compareUnsigned(left, right);
    return switch (this) {
      case EQ -> left == right;
      case NE -> left != right;
      case LT -> signed < 0;
      case LE -> signed <= 0;
      case GT -> signed > 0;
      case GE -> signed >= 0;
      case ULT -> unsigned < 0;
      case ULE -> unsigned <= 0;
      case UGT -> unsigned > 0;
      case UGE -> unsigned >= 0;
    };
  }
}
