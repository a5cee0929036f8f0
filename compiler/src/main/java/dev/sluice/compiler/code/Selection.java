package dev.sluice.compiler.code;

import dev.sluice.bpf.ArithmeticOperator;
import dev.sluice.bpf.AtomicOperator;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.Width;
import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.End;
import dev.sluice.compiler.ir.Graph;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Op;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Type;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Chooses instructions, with a register for each value. */
final class Selection {
  private static final int RESULT = 0;
  private static final Set<ArithmeticOperator> DIVISIONS =
      EnumSet.of(
          ArithmeticOperator.DIV,
          ArithmeticOperator.MOD,
          ArithmeticOperator.SIGNED_DIV,
          ArithmeticOperator.SIGNED_MOD);

  private final Graph graph;
  private final int startField;
  private final int endField;
  private final Map<Block, Steps> steps = new HashMap<>();
  private final Map<Node, Integer> registers = new HashMap<>();
  private final Set<Node> widened = new HashSet<>();
  private int nextRegister = Step.FIRST;
  private final Map<Node, Integer> rooms = new HashMap<>();
  private int stack;
  private Steps current;

  /**
   * What was chosen.
   *
   * @param steps in the order of the graph's blocks
   * @param registers how many numbers for registers are in use
   * @param stack bytes of the stack that are in use
   */
  record Selected(List<Steps> steps, int registers, int stack) {}

  private Selection(Graph graph, int startField, int endField) {
    this.graph = graph;
    this.startField = startField;
    this.endField = endField;
    List<Block> blocks = graph.blocks();
    Map<Block, Integer> depths = Loops.depths(blocks);
    for (Block block : blocks) {
      steps.put(
          block,
          new Steps(block.id(), Objects.requireNonNull(depths.get(block)), block.endPosition()));
    }
    current = of(graph.entry());
  }

  /**
   * Chooses for a graph.
   *
   * @param startField where the context tells of the packet's start
   * @param endField where it tells of its end
   */
  static Selected select(Graph graph, int startField, int endField) {
    Selection selection = new Selection(graph, startField, endField);
    List<Block> blocks = graph.blocks();
    blocks.forEach(selection::findWidened);
    for (Block block : blocks) {
      for (Node phi : block.phis()) {
        selection.register(phi);
      }
    }
    for (Block block : blocks) {
      selection.select(block);
    }
    return new Selected(
        blocks.stream().map(selection::of).toList(), selection.nextRegister, selection.stack);
  }

  /** Takes note of numbers of 32 bits that are used as numbers of 64. */
  private void findWidened(Block block) {
    for (Node node : block.nodes()) {
      if (node.op() == Op.ZERO32) {
        widen(node.input(0));
      }
    }
  }

  private void widen(Node node) {
    if (widened.add(node) && node.op() == Op.PHI) {
      node.inputs().forEach(this::widen);
    }
  }

  private Steps of(Block block) {
    return Objects.requireNonNull(steps.get(block));
  }

  private int newRegister() {
    nextRegister++;
    return nextRegister - 1;
  }

  /** The register of a value. */
  private int register(Node node) {
    return registers.computeIfAbsent(node, _ -> newRegister());
  }

  private void add(Step step) {
    current.add(step);
  }

  /** The register that holds a value, which may have to be put there first. */
  private int use(Node node, Position position) {
    if (!node.isConstant() && node.op() != Op.MAP && !rooms.containsKey(node)) {
      return register(node);
    }
    int register = newRegister();
    put(register, node, position);
    return register;
  }

  private void set(int register, Node constant, Position position) {
    add(new Step.Set(register, constant.number(), width(constant), position));
  }

  private void put(int register, Node node, Position position) {
    Integer room = rooms.get(node);
    if (node.isConstant()) {
      set(register, node, position);
    } else if (node.op() == Op.MAP) {
      add(new Step.MapAddress(register, node.name(), -1, position));
    } else if (room != null) {
      add(new Step.Move(register, Step.FRAME, position));
      add(new Step.OperateNumber(ArithmeticOperator.ADD, Width.W64, register, room, position));
    } else {
      add(new Step.Move(register, register(node), position));
    }
  }

  private static Width width(Node node) {
    return node.type() == Type.INT ? Width.W32 : Width.W64;
  }

  private static boolean isShort(Node node) {
    return node.isConstant() && node.number() == (int) node.number();
  }

  private void select(Block block) {
    current = of(block);
    for (Node node : block.nodes()) {
      select(node);
    }
    moveToPhis(block);
    end(block);
  }

  /** Phis take their values at the end of the blocks before: all at once. */
  private void moveToPhis(Block block) {
    if (!(block.end() instanceof End.Goto(Block target)) || target.phis().isEmpty()) {
      return;
    }
    int index = target.predecessors().indexOf(block);
    Position position = block.endPosition();
    List<Node> phis = target.phis();
    List<Integer> moved = new ArrayList<>();
    for (Node phi : phis) {
      Node input = phi.input(index);
      boolean isLater = input != phi && phis.contains(input);
      int from = isLater ? newRegister() : -1;
      if (from >= 0) {
        add(new Step.Move(from, register(input), position));
      }
      moved.add(from);
    }
    for (int i = 0; i < phis.size(); i++) {
      Node input = phis.get(i).input(index);
      if (moved.get(i) >= 0) {
        add(new Step.Move(register(phis.get(i)), moved.get(i), position));
      } else if (input != phis.get(i)) {
        put(register(phis.get(i)), input, position);
      }
    }
  }

  private void end(Block block) {
    switch (block.end()) {
      case End.Goto(Block target) -> current.exit(new Exit.Goto(of(target)));
      case End.Return(Node value) -> {
        put(RESULT, value, block.endPosition());
        current.exit(new Exit.Return());
      }
      case End.Branch branch -> {
        int left = use(branch.left(), block.endPosition());
        boolean number = isShort(branch.right());
        current.exit(
            new Exit.Branch(
                branch.relation().condition(),
                width(branch.left()),
                left,
                number ? Exit.NONE : use(branch.right(), block.endPosition()),
                number ? (int) branch.right().number() : 0,
                of(branch.then()),
                of(branch.otherwise())));
      }
    }
  }

  private void select(Node node) {
    Position position = node.position();
    switch (node.op()) {
      case PHI, CONSTANT, MAP -> {
        // Moved to where blocks end; put where it is used.
      }
      case ARGUMENT -> add(new Step.Move(register(node), (int) node.number(), position));
      case FUNCTION -> add(new Step.FunctionAddress(register(node), node.name(), position));
      case ADD -> operate(node, ArithmeticOperator.ADD);
      case SUB -> operate(node, ArithmeticOperator.SUB);
      case MUL -> operate(node, ArithmeticOperator.MUL);
      case DIV -> operate(node, ArithmeticOperator.SIGNED_DIV);
      case REM -> operate(node, ArithmeticOperator.SIGNED_MOD);
      case UDIV -> operate(node, ArithmeticOperator.DIV);
      case UREM -> operate(node, ArithmeticOperator.MOD);
      case AND -> operate(node, ArithmeticOperator.AND);
      case OR -> operate(node, ArithmeticOperator.OR);
      case XOR -> operate(node, ArithmeticOperator.XOR);
      case SHL -> operate(node, ArithmeticOperator.LSH);
      case SHR -> operate(node, ArithmeticOperator.ARSH);
      case USHR -> operate(node, ArithmeticOperator.RSH);
      case POINTER_ADD -> operate(node, ArithmeticOperator.ADD);
      case NEG -> {
        put(register(node), node.input(0), position);
        add(new Step.Negate(width(node), register(node), position));
      }
      case SWAP -> {
        put(register(node), node.input(0), position);
        add(new Step.Swap((int) node.number(), register(node), position));
      }
      case SIGN8 -> sign(node, 8);
      case SIGN16 -> sign(node, 16);
      case SIGN32 -> sign(node, 32);
      case ZERO32 -> put(register(node), node.input(0), position);
      case LOW32 -> {
        put(register(node), node.input(0), position);
        add(
            new Step.Operate(
                ArithmeticOperator.MOV, Width.W32, register(node), register(node), position));
      }
      case CONTEXT_LOAD -> loadField(node, (int) node.number(), node.size());
      case PACKET_START -> loadField(node, startField, 4);
      case PACKET_END -> loadField(node, endField, 4);
      case CONTEXT_STORE ->
          store(size(node), context(), (int) node.number(), node.input(0), position);
      case LOAD ->
          add(
              new Step.Load(
                  size(node),
                  register(node),
                  base(node.input(0), position),
                  offset(node),
                  position));
      case STORE ->
          store(size(node), base(node.input(0), position), offset(node), node.input(1), position);
      case ATOMIC -> atomic(node);
      case MAP_VALUE ->
          add(new Step.MapAddress(register(node), node.name(), (int) node.number(), position));
      case STACK -> {
        stack += (node.size() + 7) / 8 * 8;
        rooms.put(node, -stack);
      }
      case CALL, INVOKE -> call(node);
      case PACKET_LOAD, PACKET_STORE ->
          throw new IllegalStateException(node.text() + " was not lowered");
    }
  }

  /** The register that an access is relative to. */
  private int base(Node address, Position position) {
    return rooms.containsKey(address) ? Step.FRAME : use(address, position);
  }

  /** How far from {@link #base} an access is. */
  private int offset(Node access) {
    return (int) access.number() + rooms.getOrDefault(access.input(0), 0);
  }

  private int context() {
    return register(graph.context());
  }

  private void loadField(Node node, int offset, int size) {
    add(new Step.Load(size(size), register(node), context(), offset, node.position()));
  }

  private static MemorySize size(Node node) {
    return size(node.size());
  }

  private static MemorySize size(int bytes) {
    for (MemorySize size : MemorySize.values()) {
      if (size.bytes() == bytes) {
        return size;
      }
    }
    throw new IllegalStateException("no access has " + bytes + " bytes");
  }

  private void store(MemorySize size, int base, int offset, Node value, Position position) {
    if (isShort(value)) {
      add(new Step.StoreNumber(size, base, offset, (int) value.number(), position));
    } else {
      add(new Step.Store(size, base, offset, use(value, position), position));
    }
  }

  private void operate(Node node, ArithmeticOperator operator) {
    Position position = node.position();
    int to = register(node);
    Node right = node.input(1);
    Width width = node.type() == Type.INT ? Width.W32 : Width.W64;
    // The second operand must be read before the first is put in its place.
    int from = isShort(right) ? -1 : use(right, position);
    put(to, node.input(0), position);
    boolean shifts =
        operator == ArithmeticOperator.LSH
            || operator == ArithmeticOperator.RSH
            || operator == ArithmeticOperator.ARSH;
    if (from < 0) {
      int number = (int) right.number();
      int mask = width == Width.W32 ? 31 : 63;
      add(new Step.OperateNumber(operator, width, to, shifts ? number & mask : number, position));
    } else {
      add(new Step.Operate(operator, width, to, from, position));
    }
    boolean forgotten = shifts ? from >= 0 : DIVISIONS.contains(operator);
    if (forgotten && width == Width.W32 && widened.contains(node)) {
      // The verifier does not know that the upper half is 0 after these, and after this it does.
      add(new Step.Operate(ArithmeticOperator.MOV, Width.W32, to, to, position));
    }
  }

  private void sign(Node node, int bits) {
    Width width = node.type() == Type.INT ? Width.W32 : Width.W64;
    add(
        new Step.Sign(
            bits, width, register(node), use(node.input(0), node.position()), node.position()));
  }

  private void atomic(Node node) {
    AtomicOperator operator = AtomicOperator.valueOf(node.name());
    Position position = node.position();
    int base = use(node.input(0), position);
    int from = use(node.input(1), position);
    int offset = (int) node.number();
    if (operator == AtomicOperator.COMPARE_EXCHANGE) {
      put(RESULT, node.input(2), position);
      add(new Step.Atomic(operator, size(node), base, offset, from, position));
      add(new Step.Move(register(node), RESULT, position));
    } else if (operator.fetches()) {
      int result = register(node);
      add(new Step.Move(result, from, position));
      add(new Step.Atomic(operator, size(node), base, offset, result, position));
    } else {
      add(new Step.Atomic(operator, size(node), base, offset, from, position));
    }
  }

  private void call(Node node) {
    List<Node> arguments = node.inputs();
    for (int i = 0; i < arguments.size(); i++) {
      put(1 + i, arguments.get(i), node.position());
    }
    add(
        node.op() == Op.CALL
            ? new Step.Call((int) node.number(), arguments.size(), node.position())
            : new Step.Invoke(node.name(), arguments.size(), node.position()));
    if (node.type() != Type.VOID) {
      add(new Step.Move(register(node), RESULT, node.position()));
    }
  }
}
