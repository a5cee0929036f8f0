package dev.sluice.compiler.code;

import dev.sluice.bpf.Condition;
import dev.sluice.bpf.Width;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** How a stretch of steps ends. */
sealed interface Exit {
  default List<Integer> reads() {
    return List.of();
  }

  List<Steps> targets();

  default Exit with(IntUnaryOperator registers) {
    return this;
  }

  /** Goes on elsewhere. */
  record Goto(Steps target) implements Exit {
    @Override
    public List<Steps> targets() {
      return List.of(target);
    }
  }

  /**
   * Goes one of two ways.
   *
   * @param right the register compared with; negative if it is a number
   */
  record Branch(
      Condition condition,
      Width width,
      int left,
      int right,
      int number,
      Steps then,
      Steps otherwise)
      implements Exit {
    @Override
    public List<Integer> reads() {
      return right < 0 ? List.of(left) : List.of(left, right);
    }

    @Override
    public List<Steps> targets() {
      return List.of(then, otherwise);
    }

    @Override
    public Exit with(IntUnaryOperator registers) {
      return new Branch(
          condition,
          width,
          registers.applyAsInt(left),
          right < 0 ? right : registers.applyAsInt(right),
          number,
          then,
          otherwise);
    }
  }

  /** Ends the program with r0. */
  record Return() implements Exit {
    @Override
    public List<Integer> reads() {
      return List.of(0);
    }

    @Override
    public List<Steps> targets() {
      return List.of();
    }
  }

  /** The register that is not there. */
  int NONE = -1;
}
