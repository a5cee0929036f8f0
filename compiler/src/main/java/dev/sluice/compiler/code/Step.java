package dev.sluice.compiler.code;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Width;
import dev.sluice.compiler.ir.Position;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * An instruction before registers are known: they are numbers, those below {@link #FIRST} being r0
 * to r10 themselves.
 */
sealed interface Step {
  /** The first number that is not a register of the machine. */
  int FIRST = 11;

  /** r10. */
  int FRAME = 10;

  /** Registers that it reads. */
  default List<Integer> reads() {
    return List.of();
  }

  /** Registers that it writes. */
  default List<Integer> writes() {
    return List.of();
  }

  /** Where it comes from. */
  Position position();

  /** The same with other registers. */
  default Step with(IntUnaryOperator registers) {
    return this;
  }

  /** One that writes a register. */
  sealed interface Writing extends Step {
    /** The register. */
    int to();

    @Override
    default List<Integer> writes() {
      return List.of(to());
    }
  }

  /** One that changes a register. */
  sealed interface Changing extends Writing {
    @Override
    default List<Integer> reads() {
      return List.of(to());
    }
  }

  /** {@code to = from}, all 64 bits. */
  record Move(int to, int from, Position position) implements Writing {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Move(registers.applyAsInt(to), registers.applyAsInt(from), position);
    }
  }

  /** {@code to = number}; of 32 bits, with 0 above. */
  record Set(int to, long number, Width width, Position position) implements Writing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new Set(registers.applyAsInt(to), number, width, position);
    }
  }

  /** {@code to = the address of a map}, or of a byte of its value if the offset is not negative. */
  record MapAddress(int to, String map, int offset, Position position) implements Writing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new MapAddress(registers.applyAsInt(to), map, offset, position);
    }
  }

  /** {@code to = the address of a function}. */
  record FunctionAddress(int to, String function, Position position) implements Writing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new FunctionAddress(registers.applyAsInt(to), function, position);
    }
  }

  /** {@code to = to operator from}. */
  record Operate(ArithmeticOperator operator, Width width, int to, int from, Position position)
      implements Writing {
    @Override
    public List<Integer> reads() {
      return List.of(to, from);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Operate(
          operator, width, registers.applyAsInt(to), registers.applyAsInt(from), position);
    }
  }

  /** {@code to = to operator number}. */
  record OperateNumber(
      ArithmeticOperator operator, Width width, int to, int number, Position position)
      implements Changing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new OperateNumber(operator, width, registers.applyAsInt(to), number, position);
    }
  }

  /** {@code to = -to}. */
  record Negate(Width width, int to, Position position) implements Changing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new Negate(width, registers.applyAsInt(to), position);
    }
  }

  /** Reverses the lowest bytes of a register; the rest becomes 0. */
  record Swap(int bits, int to, Position position) implements Changing {
    @Override
    public Step with(IntUnaryOperator registers) {
      return new Swap(bits, registers.applyAsInt(to), position);
    }
  }

  /** {@code to = the lowest bits of from}, sign-extended to a width. */
  record Sign(int bits, Width width, int to, int from, Position position) implements Writing {
    @Override
    public List<Integer> reads() {
      return List.of(from);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Sign(bits, width, registers.applyAsInt(to), registers.applyAsInt(from), position);
    }
  }

  /** {@code to = *(base + offset)}. */
  record Load(MemorySize size, int to, int base, int offset, Position position) implements Writing {
    @Override
    public List<Integer> reads() {
      return List.of(base);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Load(size, registers.applyAsInt(to), registers.applyAsInt(base), offset, position);
    }
  }

  /** {@code *(base + offset) = from}. */
  record Store(MemorySize size, int base, int offset, int from, Position position) implements Step {
    @Override
    public List<Integer> reads() {
      return List.of(base, from);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Store(
          size, registers.applyAsInt(base), offset, registers.applyAsInt(from), position);
    }
  }

  /** {@code *(base + offset) = number}. */
  record StoreNumber(MemorySize size, int base, int offset, int number, Position position)
      implements Step {
    @Override
    public List<Integer> reads() {
      return List.of(base);
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new StoreNumber(size, registers.applyAsInt(base), offset, number, position);
    }
  }

  /**
   * Changes {@code *(base + offset)} atomically; what was there ends up in {@code from}, or in r0
   * after a comparison, if the operator fetches.
   */
  record Atomic(
      AtomicOperator operator, MemorySize size, int base, int offset, int from, Position position)
      implements Step {
    @Override
    public List<Integer> reads() {
      return operator == AtomicOperator.COMPARE_EXCHANGE
          ? List.of(base, from, 0)
          : List.of(base, from);
    }

    @Override
    public List<Integer> writes() {
      return operator == AtomicOperator.COMPARE_EXCHANGE
          ? List.of(0)
          : operator.fetches() ? List.of(from) : List.of();
    }

    @Override
    public Step with(IntUnaryOperator registers) {
      return new Atomic(
          operator, size, registers.applyAsInt(base), offset, registers.applyAsInt(from), position);
    }
  }

  /** One that calls with r1 to as many as it has arguments; r0 to r5 are lost. */
  sealed interface Calling extends Step {
    /** How many arguments. */
    int arguments();

    @Override
    default List<Integer> reads() {
      return IntStream.rangeClosed(1, arguments()).boxed().toList();
    }

    @Override
    default List<Integer> writes() {
      return List.of(0, 1, 2, 3, 4, 5);
    }
  }

  /** Calls a helper. */
  record Call(int helper, int arguments, Position position) implements Calling {}

  /** Calls a function of the program. */
  record Invoke(String function, int arguments, Position position) implements Calling {}
}
