package dev.sluice.bpf;

import java.util.Optional;

/** Reads loads, stores and atomic instructions. */
final class MemoryParser {
  private final TokenReader reader;
  private final ExpressionParser expressions;
  private final ImmediateParser immediates;

  MemoryParser(TokenReader reader, ExpressionParser expressions, ImmediateParser immediates) {
    this.reader = reader;
    this.expressions = expressions;
    this.immediates = immediates;
  }

  /** A type such as {@code u32} or {@code s8}. */
  private record Type(Token token, MemorySize size, boolean signed) {}

  /** What is between the brackets of {@code (r6 + 76)}. */
  private record Place(Register base, int offset) {}

  /** Reads {@code *(u32 *)(r6 + 76)} or {@code *(u32 *)skb[12]} for a register. */
  Instruction load(RegisterWord to) {
    reader.expectSign("*");
    Type type = type(true);
    if (reader.peek().isWord("skb")) {
      return packetLoad(to, type);
    }
    Place place = place();
    boolean half = to.width() == Width.W32;
    if (half && (type.signed() || type.size() == MemorySize.DOUBLE)) {
      throw new AssemblyFault(
          type.token(),
          "a load of %s fills a whole register: write %s instead of %s"
              .formatted(
                  type.token().text(), to.register().text(), to.register().text(to.width())));
    }
    return new Memory.Load(type.size(), type.signed(), to.register(), place.base(), place.offset());
  }

  private Memory packetLoad(RegisterWord to, Type type) {
    Token skb = reader.take();
    if (!to.equals(new RegisterWord(Register.R0, Width.W64))) {
      throw new AssemblyFault(skb, "a load from skb[] always goes to r0");
    }
    if (type.signed() || type.size() == MemorySize.DOUBLE) {
      throw new AssemblyFault(
          type.token(), "expected u8, u16 or u32, found " + type.token().describe());
    }
    reader.expectSign("[");
    Optional<RegisterWord> index = RegisterWord.of(reader.peek());
    if (index.isEmpty()) {
      int offset = immediates.parse(Width.W32);
      reader.expectSign("]");
      return new Memory.LoadAbsolute(type.size(), offset);
    }
    Register register = reader.expectRegister(Width.W64);
    int offset = 0;
    if (!reader.peek().isSign("]")) {
      requireSign();
      offset = immediates.parse(Width.W32);
    }
    reader.expectSign("]");
    return new Memory.LoadIndirect(type.size(), register, offset);
  }

  /** Reads {@code *(u32 *)(r6 + 76) = r1}. */
  Instruction store() {
    reader.expectSign("*");
    Type type = type(false);
    Place place = place();
    reader.expectSign("=");
    if (RegisterWord.of(reader.peek()).isPresent()) {
      return new Memory.Store(type.size(), place.base(), place.offset(), value(type));
    }
    Width width = type.size() == MemorySize.DOUBLE ? Width.W64 : Width.W32;
    return new Memory.Store(
        type.size(), place.base(), place.offset(), new Immediate(immediates.parse(width)));
  }

  /** Reads {@code lock *(u64 *)(r1 + 0) += r2}. */
  Instruction lock() {
    reader.expectWord("lock");
    reader.expectSign("*");
    Type type = type(false);
    Place place = place();
    Token token = reader.peek();
    Optional<AtomicOperator> operator =
        token.kind() == Token.Kind.SIGN ? AtomicOperator.ofText(token.text()) : Optional.empty();
    if (operator.isEmpty()) {
      throw reader.expected("'+=', '|=', '&=' or '^='");
    }
    reader.take();
    return update(operator.get(), type, place, value(type));
  }

  private static Atomic update(AtomicOperator operator, Type type, Place place, Register source) {
    if (type.size().bytes() < 4) {
      throw new AssemblyFault(
          type.token(), "expected u32 or u64, found " + type.token().describe());
    }
    return new Atomic.Update(operator, type.size(), place.base(), place.offset(), source);
  }

  /** Reads {@code store_release((u64 *)(r1 + 0), r2)}. */
  Instruction storeRelease() {
    reader.expectWord("store_release");
    reader.expectSign("(");
    Type type = type(false);
    Place place = place();
    reader.expectSign(",");
    Register source = value(type);
    reader.expectSign(")");
    return new Atomic.StoreRelease(type.size(), place.base(), place.offset(), source);
  }

  /** Reads {@code load_acquire(...)} or {@code atomic_...(...)} for a register. */
  Instruction atomicCall(RegisterWord to) {
    Token name = reader.peek();
    boolean acquire = name.isWord("load_acquire");
    Optional<AtomicOperator> operator = acquire ? Optional.empty() : atomicOperator(name);
    if (!acquire && operator.isEmpty()) {
      throw reader.expected(
          "atomic_fetch_add, atomic_fetch_or, atomic_fetch_and, atomic_fetch_xor, atomic_xchg, "
              + "atomic_cmpxchg, load_acquire or addr_space_cast");
    }
    reader.take();
    reader.expectSign("(");
    Type type = type(false);
    Place place = place();
    requireFits(to, type);
    if (operator.isEmpty()) {
      reader.expectSign(")");
      return new Atomic.LoadAcquire(type.size(), to.register(), place.base(), place.offset());
    }
    Register result = to.register();
    if (operator.get() == AtomicOperator.COMPARE_EXCHANGE) {
      requireResult(name, Register.R0, result, "the old value");
      reader.expectSign(",");
      Token expected = reader.peek();
      requireResult(expected, Register.R0, value(type), "the expected value");
    }
    reader.expectSign(",");
    Token token = reader.peek();
    Register source = value(type);
    if (operator.get() != AtomicOperator.COMPARE_EXCHANGE) {
      requireResult(token, result, source, "the operand");
    }
    reader.expectSign(")");
    return update(operator.get(), type, place, source);
  }

  /** The operator of {@code atomic_fetch_add} or, as the verifier writes, {@code atomic64_}. */
  private static Optional<AtomicOperator> atomicOperator(Token name) {
    String text = name.text();
    for (String prefix : new String[] {"atomic_", "atomic64_"}) {
      if (text.startsWith(prefix)) {
        return AtomicOperator.ofText(text.substring(prefix.length()));
      }
    }
    return Optional.empty();
  }

  private static void requireResult(Token at, Register wanted, Register found, String what) {
    if (wanted != found) {
      throw new AssemblyFault(
          at, "%s must be in %s, found %s".formatted(what, wanted.text(), found.text()));
    }
  }

  private static void requireFits(RegisterWord to, Type type) {
    if (to.width() == Width.W32 && type.size() == MemorySize.DOUBLE) {
      throw new AssemblyFault(
          type.token(), "u64 needs a whole register: write " + to.register().text());
    }
  }

  /** Reads the register with a value to store; four bytes or fewer may come from a w register. */
  private Register value(Type type) {
    return type.size() == MemorySize.DOUBLE
        ? reader.expectRegister(Width.W64)
        : reader.expectRegister().register();
  }

  private Type type(boolean signedToo) {
    reader.expectSign("(");
    Token token = reader.peek();
    for (MemorySize size : MemorySize.values()) {
      boolean signed = token.isWord("s" + size.bits()) && size != MemorySize.DOUBLE && signedToo;
      if (signed || token.isWord(size.text())) {
        reader.take();
        reader.expectSign("*");
        reader.expectSign(")");
        return new Type(token, size, signed);
      }
    }
    throw reader.expected(signedToo ? "u8, u16, u32, u64, s8, s16 or s32" : "u8, u16, u32 or u64");
  }

  private Place place() {
    reader.expectSign("(");
    Register base = reader.expectRegister(Width.W64);
    int offset = 0;
    if (!reader.peek().isSign(")")) {
      requireSign();
      offset = (int) expressions.parse("an offset", Short.MIN_VALUE, Short.MAX_VALUE);
    }
    reader.expectSign(")");
    return new Place(base, offset);
  }

  private void requireSign() {
    if (!reader.peek().isSign("+") && !reader.peek().isSign("-")) {
      throw reader.expected("'+', '-' or a closing bracket");
    }
  }
}
