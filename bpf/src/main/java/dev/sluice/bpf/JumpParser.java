package dev.sluice.bpf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads jumps and calls. */
final class JumpParser {
  private final TokenReader reader;
  private final ExpressionParser expressions;
  private final ImmediateParser immediates;
  private final ProgramLabels labels;
  private final CodeBuilder code;

  JumpParser(
      TokenReader reader,
      ExpressionParser expressions,
      ImmediateParser immediates,
      ProgramLabels labels,
      CodeBuilder code) {
    this.reader = reader;
    this.expressions = expressions;
    this.immediates = immediates;
    this.labels = labels;
    this.code = code;
  }

  /** Where to: a label, or without one a number of slots. */
  private record Target(@Nullable Label label, int offset) {}

  /** Reads a jump or call and adds it; false if the next token starts none. */
  boolean parse() {
    Token first = reader.peek();
    switch (first.kind() == Token.Kind.WORD ? first.text() : "") {
      case "if" -> branch();
      case "goto" -> {
        reader.take();
        Target target = target("a label", Short.MIN_VALUE, Short.MAX_VALUE);
        add(new Jump.Goto(target.offset()), target);
      }
      case "gotol" -> {
        reader.take();
        Target target = target("a label", Integer.MIN_VALUE, Integer.MAX_VALUE);
        add(new Jump.GotoLong(target.offset()), target);
      }
      case "may_goto" -> {
        reader.take();
        Target target = target("a label", Short.MIN_VALUE, Short.MAX_VALUE);
        add(new Jump.MayGoto(target.offset()), target);
      }
      case "exit" -> {
        reader.take();
        code.exit();
      }
      case "call" -> {
        reader.take();
        call();
      }
      case "callx" -> {
        reader.take();
        code.add(new Call.Indirect(reader.expectRegister(Width.W64)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void add(Instruction instruction, Target target) {
    if (target.label() == null) {
      code.add(instruction);
    } else {
      code.add(instruction, target.label());
    }
  }

  private void branch() {
    reader.take();
    RegisterWord left = reader.expectRegister();
    Condition condition = condition();
    Operand right = immediates.parseOperand(left.width());
    reader.expectWord("goto");
    Target target = target("a label", Short.MIN_VALUE, Short.MAX_VALUE);
    add(new Jump.Branch(left.width(), condition, left.register(), right, target.offset()), target);
  }

  private Condition condition() {
    Token token = reader.peek();
    Token second = reader.peekSecond();
    boolean signed = token.isWord("s") && token.touches(second);
    Token sign = signed ? second : token;
    Optional<Condition> condition =
        sign.kind() == Token.Kind.SIGN
            ? Condition.ofSymbol((signed ? "s" : "") + sign.text())
            : Optional.empty();
    if (condition.isEmpty()) {
      throw reader.expected("==, !=, >, >=, <, <=, s>, s>=, s<, s<= or &");
    }
    reader.take();
    if (signed) {
      reader.take();
    }
    return condition.get();
  }

  private void call() {
    Token token = reader.peek();
    if (token.kind() == Token.Kind.WORD) {
      if (token.isWord("kfunc") && startsNumber(reader.peekSecond())) {
        kernelFunction();
        return;
      }
      Optional<Label> label = labels.find(token.text());
      Optional<HelperFunction> helper = HelperFunction.find(token.text());
      boolean isOffset = token.isWord("pc") && label.isEmpty();
      if (label.isEmpty() && helper.isPresent()) {
        reader.take();
        code.call(helper.get());
        return;
      }
      if (label.isEmpty() && !isOffset) {
        throw new AssemblyFault(
            token, "no helper function, function or label is named '" + token.text() + "'");
      }
      Target target = target("", Integer.MIN_VALUE, Integer.MAX_VALUE);
      add(new Call.Function(target.offset()), target);
      return;
    }
    if (!startsNumber(token)) {
      throw reader.expected("a helper function, a function or a label");
    }
    code.add(new Call.Helper(immediates.parse(Width.W32)));
  }

  private static boolean startsNumber(Token token) {
    return token.kind() == Token.Kind.NUMBER || token.isSign("-");
  }

  private void kernelFunction() {
    reader.take();
    int btfId = immediates.parse(Width.W32);
    int btfIndex =
        reader.takeSign(",")
            ? (int) expressions.parse("a BTF index", Short.MIN_VALUE, Short.MAX_VALUE)
            : 0;
    code.add(new Call.KernelFunction(btfId, btfIndex));
  }

  /** Reads the function in {@code function[name]} and adds the load of its address. */
  void functionAddress(Register register) {
    Target target = target("a function", Integer.MIN_VALUE, Integer.MAX_VALUE);
    add(new Constant.FunctionAddress(register, target.offset()), target);
  }

  private Target target(String what, int min, int max) {
    Token token = reader.peek();
    Token second = reader.peekSecond();
    if (token.isWord("pc") && (second.isSign("+") || second.isSign("-"))) {
      reader.take();
      return new Target(null, (int) expressions.parse("an offset", min, max));
    }
    if (token.isSign("+") || token.isSign("-")) {
      return new Target(null, (int) expressions.parse("an offset", min, max));
    }
    if (token.kind() != Token.Kind.WORD) {
      throw reader.expected(what);
    }
    Label label =
        labels
            .find(token.text())
            .orElseThrow(
                () -> new AssemblyFault(token, "no label is named '" + token.text() + "'"));
    reader.take();
    return new Target(label, 0);
  }
}
