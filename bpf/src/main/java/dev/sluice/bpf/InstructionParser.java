package dev.sluice.bpf;

import java.util.List;
import java.util.Optional;

/**
 * Reads one instruction. Arithmetic and moves are here; {@link MemoryParser} reads what touches
 * memory, {@link JumpParser} jumps and calls.
 */
final class InstructionParser {
  private static final String START =
      "an instruction, a label or a directive: an instruction starts with a register, '*', 'if', "
          + "'goto', 'gotol', 'may_goto', 'call', 'callx', 'exit', 'lock' or 'store_release'";

  private final TokenReader reader;
  private final ExpressionParser expressions;
  private final ImmediateParser immediates;
  private final CodeBuilder code;
  private final MemoryParser memory;
  private final JumpParser jumps;

  InstructionParser(
      TokenReader reader, ExpressionParser expressions, ProgramLabels labels, CodeBuilder code) {
    this.reader = reader;
    this.expressions = expressions;
    this.code = code;
    immediates = new ImmediateParser(reader, expressions);
    memory = new MemoryParser(reader, expressions, immediates);
    jumps = new JumpParser(reader, expressions, immediates, labels, code);
  }

  /** Reads one instruction up to the end of its line and adds it to the code. */
  void parse() {
    Token first = reader.peek();
    Optional<RegisterWord> register = RegisterWord.of(first);
    if (register.isPresent()) {
      reader.take();
      assignment(first, register.get());
    } else if (first.isSign("*")) {
      code.add(memory.store());
    } else if (first.isWord("lock")) {
      code.add(memory.lock());
    } else if (first.isWord("store_release")) {
      code.add(memory.storeRelease());
    } else if (!jumps.parse()) {
      throw reader.expected(START);
    }
  }

  private void assignment(Token first, RegisterWord to) {
    String symbol = operator();
    ArithmeticOperator operator =
        ArithmeticOperator.ofSymbol(symbol)
            .orElseThrow(() -> new AssemblyFault(first, "unknown operator '" + symbol + "'"));
    if (operator == ArithmeticOperator.MOV) {
      move(to);
    } else {
      code.add(
          new Arithmetic.Binary(
              to.width(), operator, to.register(), immediates.parseOperand(to.width())));
    }
  }

  private String operator() {
    Token token = reader.peek();
    String sign = "";
    if (token.isWord("s") && token.touches(reader.peekSecond())) {
      sign = "s";
      token = reader.peekSecond();
    }
    String symbol = sign + token.text();
    if (token.kind() != Token.Kind.SIGN || ArithmeticOperator.ofSymbol(symbol).isEmpty()) {
      throw reader.expected("'=', '+=' or another assignment");
    }
    reader.take();
    if (!sign.isEmpty()) {
      reader.take();
    }
    return symbol;
  }

  private void move(RegisterWord to) {
    Token first = reader.peek();
    Token second = reader.peekSecond();
    if (RegisterWord.of(first).isPresent()) {
      code.add(
          new Arithmetic.Binary(
              to.width(),
              ArithmeticOperator.MOV,
              to.register(),
              reader.expectRegister(to.width())));
    } else if (first.isSign("*")) {
      code.add(memory.load(to));
    } else if (first.isSign("-") && RegisterWord.of(second).isPresent()) {
      reader.take();
      same(to, "a negation works on one register");
      code.add(new Arithmetic.Negate(to.width(), to.register()));
    } else if (first.isSign("(") && List.of("s8", "s16", "s32").contains(second.text())) {
      code.add(signedMove(to));
    } else if (first.kind() == Token.Kind.WORD && second.isSign("[")) {
      address(to);
    } else if (first.kind() == Token.Kind.WORD && second.isSign("(")) {
      code.add(call(to));
    } else if (first.kind() == Token.Kind.WORD && RegisterWord.of(second).isPresent()) {
      code.add(swapBytes(to));
    } else {
      moveConstant(to);
    }
  }

  private void moveConstant(RegisterWord to) {
    Token first = reader.peek();
    var value = expressions.parse();
    if (reader.takeWord("ll")) {
      requireWhole(first, to);
      code.add(new Constant.Wide(to.register(), value.longValue()));
      return;
    }
    Immediate immediate = new Immediate(ImmediateParser.check(first, value, to.width()));
    code.add(new Arithmetic.Binary(to.width(), ArithmeticOperator.MOV, to.register(), immediate));
  }

  private Arithmetic signedMove(RegisterWord to) {
    Token at = reader.take();
    int bits = Integer.parseInt(reader.take().text().substring(1));
    reader.expectSign(")");
    Register from = reader.expectRegister(to.width());
    if (bits >= to.width().bits()) {
      throw new AssemblyFault(at, "the sign of 32 bits can only be extended in r0 to r10");
    }
    return new Arithmetic.MoveSigned(to.width(), bits, to.register(), from);
  }

  private Arithmetic swapBytes(RegisterWord to) {
    Token name = reader.peek();
    for (ByteSwap swap : ByteSwap.values()) {
      for (int bits : new int[] {16, 32, 64}) {
        if (name.isWord(swap.text() + bits)) {
          requireWhole(name, to);
          reader.take();
          same(to, "a byte swap works on one register");
          return new Arithmetic.SwapBytes(swap, bits, to.register());
        }
      }
    }
    throw reader.expected("be16, be32, be64, le16, le32, le64, bswap16, bswap32 or bswap64");
  }

  /** Reads the register that is written again, where it must be the same. */
  private void same(RegisterWord to, String reason) {
    Token token = reader.peek();
    if (!reader.expectRegister().equals(to)) {
      throw new AssemblyFault(
          token,
          "expected %s again, found %s: %s"
              .formatted(to.register().text(to.width()), token.describe(), reason));
    }
  }

  private Instruction call(RegisterWord to) {
    if (!reader.peek().isWord("addr_space_cast")) {
      return memory.atomicCall(to);
    }
    requireWhole(reader.take(), to);
    reader.expectSign("(");
    Register from = reader.expectRegister(Width.W64);
    reader.expectSign(",");
    int toSpace = (int) expressions.parse("an address space", 0, 0xffff);
    reader.expectSign(",");
    int fromSpace = (int) expressions.parse("an address space", 0, 0xffff);
    reader.expectSign(")");
    return new Arithmetic.CastAddressSpace(to.register(), from, toSpace, fromSpace);
  }

  /** Reads what has a name and brackets: a map, a place in a value, a function, a variable. */
  private void address(RegisterWord to) {
    Token kind = reader.take();
    requireWhole(kind, to);
    reader.expectSign("[");
    Register register = to.register();
    switch (kind.text()) {
      case "map" -> {
        MapReference map = mapReference();
        reader.expectSign("]");
        code.add(new Constant.MapAddress(register, map));
      }
      case "map_value" -> {
        MapReference map = mapReference();
        reader.expectSign("]");
        boolean hasOffset = reader.peek().isSign("+") || reader.peek().isSign("-");
        int offset =
            hasOffset
                ? (int)
                    expressions.parse("an offset in a value", Integer.MIN_VALUE, Integer.MAX_VALUE)
                : 0;
        code.add(new Constant.MapValueAddress(register, map, offset));
      }
      case "function" -> {
        jumps.functionAddress(register);
        reader.expectSign("]");
      }
      case "kernel_variable" -> {
        int btfId = immediates.parse(Width.W32);
        int btfFd = reader.takeSign(",") ? immediates.parse(Width.W32) : 0;
        reader.expectSign("]");
        code.add(new Constant.KernelVariable(register, btfId, btfFd));
      }
      default ->
          throw new AssemblyFault(
              kind,
              "expected map[, map_value[, function[ or kernel_variable[, found " + kind.describe());
    }
  }

  private MapReference mapReference() {
    Token token = reader.expectAnyWord("the name of a map");
    if (reader.takeSign(":")) {
      int number = immediates.parse(Width.W32);
      return switch (token.text()) {
        case "fd" -> new MapReference.Descriptor(number);
        case "index" -> new MapReference.Index(number);
        default ->
            throw new AssemblyFault(token, "expected fd: or index:, found " + token.describe());
      };
    }
    try {
      return new MapReference.Named(token.text());
    } catch (IllegalArgumentException e) {
      throw new AssemblyFault(token, String.valueOf(e.getMessage()));
    }
  }

  private static void requireWhole(Token at, RegisterWord to) {
    if (to.width() != Width.W64) {
      throw new AssemblyFault(
          at,
          "this needs a whole register: write %s instead of %s"
              .formatted(to.register().text(), to.register().text(to.width())));
    }
  }
}
