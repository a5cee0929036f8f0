package dev.sluice.conformance.kernel;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A call of a helper that both the kernel and the engine can make.
 *
 * @param function the helper
 * @param arguments what is in R1 and on
 */
record HelperCall(HelperFunction function, List<Argument> arguments) {
  /** Bytes of stack that calls of a script share. */
  static final int STACK = 256;

  private static final List<Register> ARGUMENTS =
      List.of(Register.R1, Register.R2, Register.R3, Register.R4, Register.R5);

  /** What a register holds. */
  sealed interface Argument {
    /** The context. */
    record Context() implements Argument {}

    /** A number. */
    record Number(long value) implements Argument {}

    /** The address of memory on the stack that holds these bytes before the call. */
    record Memory(Bytes bytes) implements Argument {
      /** The bytes with zeros behind them to a multiple of 8. */
      byte[] padded() {
        return Arrays.copyOf(bytes.toArray(), (bytes.length() + 7) & ~7);
      }
    }
  }

  static HelperCall of(HelperFunction function, Object... arguments) {
    return new HelperCall(
        function,
        Arrays.stream(arguments)
            .map(
                argument ->
                    switch (argument) {
                      case Argument whole -> whole;
                      case byte[] bytes -> new Argument.Memory(Bytes.copyOf(bytes));
                      case Integer number -> new Argument.Number(number);
                      case Long number -> new Argument.Number(number);
                      default -> throw new IllegalArgumentException("no argument: " + argument);
                    })
            .toList());
  }

  static Argument context() {
    return new Argument.Context();
  }

  /** Bytes of the stack that its memory takes: each argument in words of 8. */
  int memoryBytes() {
    return arguments.stream().mapToInt(HelperCall::room).sum();
  }

  private static int room(Argument argument) {
    return argument instanceof Argument.Memory memory ? memory.padded().length : 0;
  }

  /** Adds the call: the context is in R6; R0 has the result. */
  void encode(CodeBuilder code) {
    int at = -STACK;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof Argument.Memory memory) {
        byte[] padded = memory.padded();
        for (int word = 0; word < padded.length; word += 4) {
          code.store(MemorySize.WORD, Register.R10, at + word, word(padded, word));
        }
        at += padded.length;
      }
    }
    at = -STACK;
    for (int i = 0; i < arguments.size(); i++) {
      Register register = ARGUMENTS.get(i);
      switch (arguments.get(i)) {
        case Argument.Context _ -> code.move(register, Register.R6);
        case Argument.Number number -> code.moveWide(register, number.value());
        case Argument.Memory memory -> {
          code.move(register, Register.R10).operate(ArithmeticOperator.ADD, register, at);
          at += room(memory);
        }
      }
    }
    code.call(function);
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | ((bytes[at + 1] & 0xff) << 8)
        | ((bytes[at + 2] & 0xff) << 16)
        | (bytes[at + 3] << 24);
  }

  @Override
  public String toString() {
    return function.kernelName()
        + arguments.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }
}
