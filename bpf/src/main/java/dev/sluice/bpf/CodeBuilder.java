package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes code with labels instead of offsets:
 *
 * {@snippet :
 * CodeBuilder b = CodeBuilder.create();
 * Label done = b.newLabel("done");
 * b.move(Register.R0, -1)
 *     .load(MemorySize.WORD, Register.R2, Register.R1, 0)
 *     .branch(Condition.LESS, Register.R2, 64, done)
 *     .move(Register.R0, 2)
 *     .bind(done)
 *     .exit();
 * Code code = b.build();
 * }
 *
 * <p>Jumps take the shortest form that reaches their label. A {@code goto} that needs more than 16
 * bits becomes a {@code gotol}; a conditional jump that does is inverted and jumps over one.
 *
 * <p>Not safe for use by several threads.
 */
public final class CodeBuilder {
  private final List<CodeItem> items = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final List<Label> functions = new ArrayList<>();
  private final List<CodeItem.Line> lines = new ArrayList<>();
  private boolean longJumps = true;

  private CodeBuilder() {}

  /** An empty builder. */
  public static CodeBuilder create() {
    return new CodeBuilder();
  }

  /** Makes {@link #build} fail where a long jump is needed: kernels before 6.6 have none. */
  public CodeBuilder withoutLongJumps() {
    longJumps = false;
    return this;
  }

  /** A label to be bound later. */
  public Label newLabel() {
    return newLabel("L" + labels.size());
  }

  /** A label to be bound later, with a name for error messages. */
  public Label newLabel(String name) {
    Label label = new Label(this, name, false);
    labels.add(label);
    return label;
  }

  /**
   * A function to be bound later, after the end of the one before it.
   *
   * @param name a C identifier
   */
  public Label newFunction(String name) {
    if (!Identifier.isValid(name)) {
      throw new IllegalArgumentException("function name '" + name + "' is no C identifier");
    }
    Label label = new Label(this, name, true);
    labels.add(label);
    return label;
  }

  /**
   * Puts a label before the next instruction.
   *
   * @throws IllegalArgumentException if it belongs to another builder or is bound already, or if it
   *     is a function at the place of the entry or of another function
   */
  public CodeBuilder bind(Label label) {
    requireOwn(label);
    if (label.isBound()) {
      throw new IllegalArgumentException("label '" + label.name() + "' is bound already");
    }
    if (label.isFunction()) {
      int last = functions.isEmpty() ? 0 : functions.getLast().item();
      if (items.size() == last) {
        throw new IllegalArgumentException(
            "function '%s' starts where %s does"
                .formatted(
                    label.name(),
                    functions.isEmpty() ? "the entry" : "'" + functions.getLast().name() + "'"));
      }
      functions.add(label);
    }
    label.bind(items.size());
    return this;
  }

  /** Says where the instructions from here on come from; see {@link SourceLine}. */
  public CodeBuilder line(String file, int line, int column, String text) {
    SourceLine source = new SourceLine(0, file, line, column, text);
    if (!lines.isEmpty() && lines.getLast().item() == items.size()) {
      lines.removeLast();
    }
    lines.add(new CodeItem.Line(items.size(), source));
    return this;
  }

  /** Adds any instruction as it is. An offset in it is not adapted to what other jumps become. */
  public CodeBuilder add(Instruction instruction) {
    items.add(new CodeItem(instruction, null));
    return this;
  }

  /** Adds an instruction whose offset will be the way to a label. */
  CodeBuilder add(Instruction template, Label target) {
    requireOwn(target);
    items.add(new CodeItem(template, target));
    return this;
  }

  private void requireOwn(Label label) {
    if (label.owner() != this) {
      throw new IllegalArgumentException("label '" + label.name() + "' belongs to another builder");
    }
  }

  /** {@code destination = source}. */
  public CodeBuilder move(Register destination, Operand source) {
    return add(Arithmetic.move(destination, source));
  }

  /** {@code destination = value}, sign-extended. */
  public CodeBuilder move(Register destination, int value) {
    return add(Arithmetic.move(destination, value));
  }

  /** {@code destination = value}, in one slot if it fits and two if not. */
  public CodeBuilder moveWide(Register destination, long value) {
    return value == (int) value
        ? move(destination, (int) value)
        : add(new Constant.Wide(destination, value));
  }

  /** A 64-bit operation, such as {@code r1 += r2}. */
  public CodeBuilder operate(ArithmeticOperator operator, Register destination, Operand source) {
    return add(Arithmetic.of(operator, destination, source));
  }

  /** A 64-bit operation with a sign-extended constant. */
  public CodeBuilder operate(ArithmeticOperator operator, Register destination, int value) {
    return add(Arithmetic.of(operator, destination, value));
  }

  /** A 32-bit operation, such as {@code w1 += w2}. */
  public CodeBuilder operate32(ArithmeticOperator operator, Register destination, Operand source) {
    return add(Arithmetic.of32(operator, destination, source));
  }

  /** A 32-bit operation with a constant. */
  public CodeBuilder operate32(ArithmeticOperator operator, Register destination, int value) {
    return add(Arithmetic.of32(operator, destination, value));
  }

  /** {@code register = be16 register} and its kin. */
  public CodeBuilder swapBytes(ByteSwap swap, int bits, Register register) {
    return add(new Arithmetic.SwapBytes(swap, bits, register));
  }

  /** {@code destination = *(u32 *)(base + offset)}. */
  public CodeBuilder load(MemorySize size, Register destination, Register base, int offset) {
    return add(Memory.load(size, destination, base, offset));
  }

  /** {@code *(u32 *)(base + offset) = value}. */
  public CodeBuilder store(MemorySize size, Register base, int offset, Operand value) {
    return add(Memory.store(size, base, offset, value));
  }

  /** {@code *(u32 *)(base + offset) = value}. */
  public CodeBuilder store(MemorySize size, Register base, int offset, int value) {
    return add(Memory.store(size, base, offset, value));
  }

  /** An atomic update, such as {@code lock *(u64 *)(base + offset) += source}. */
  public CodeBuilder atomic(
      AtomicOperator operator, MemorySize size, Register base, int offset, Register source) {
    return add(new Atomic.Update(operator, size, base, offset, source));
  }

  /** {@code destination = map[name]}. */
  public CodeBuilder loadMap(Register destination, String name) {
    return add(Constant.MapAddress.of(destination, name));
  }

  /** {@code destination = map_value[name] + offset}. */
  public CodeBuilder loadMapValue(Register destination, String name, int offset) {
    return add(Constant.MapValueAddress.of(destination, name, offset));
  }

  /** {@code destination = function[target]}, for a helper that calls back. */
  public CodeBuilder loadFunction(Register destination, Label target) {
    return add(new Constant.FunctionAddress(destination, 0), target);
  }

  /** {@code call helper}. */
  public CodeBuilder call(HelperFunction helper) {
    return add(Call.Helper.of(helper));
  }

  /** {@code call target}, a function of this code. */
  public CodeBuilder call(Label target) {
    return add(new Call.Function(0), target);
  }

  /** {@code goto target}. */
  public CodeBuilder jump(Label target) {
    return add(new Jump.Goto(0), target);
  }

  /** {@code gotol target}, even where a {@code goto} would reach. */
  public CodeBuilder jumpLong(Label target) {
    return add(new Jump.GotoLong(0), target);
  }

  /** {@code may_goto target}. */
  public CodeBuilder mayJump(Label target) {
    return add(new Jump.MayGoto(0), target);
  }

  /** {@code if left condition right goto target}. */
  public CodeBuilder branch(Condition condition, Register left, Operand right, Label target) {
    return branch(Width.W64, condition, left, right, target);
  }

  /** {@code if left condition right goto target}, with a sign-extended constant. */
  public CodeBuilder branch(Condition condition, Register left, int right, Label target) {
    return branch(Width.W64, condition, left, new Immediate(right), target);
  }

  /** A conditional jump that compares this much of the operands. */
  public CodeBuilder branch(
      Width width, Condition condition, Register left, Operand right, Label target) {
    return add(new Jump.Branch(width, condition, left, right, 0), target);
  }

  /** {@code exit}. */
  public CodeBuilder exit() {
    return add(new Jump.Exit());
  }

  /** How many instructions have been added. */
  public int size() {
    return items.size();
  }

  /**
   * The code with every label resolved. The builder may be used on.
   *
   * @throws UnresolvedLabelException if a label is used but not bound, stands at the very end, a
   *     jump leaves its function, or a long jump is needed and not allowed
   * @throws IllegalStateException if the last function is empty
   */
  public Code build() {
    return new CodeLayout(items, functions, longJumps).build(lines);
  }
}
