package dev.sluice.compiler.build;

import dev.sluice.compiler.ir.Block;
import dev.sluice.compiler.ir.Node;
import dev.sluice.compiler.ir.Position;
import dev.sluice.compiler.ir.Relation;
import dev.sluice.compiler.ir.Type;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Follows the ways through one method: its branches, its loops, its returns. */
final class MethodBuilder {
  /** More cases than that are searched by halves. */
  private static final int FEW_CASES = 4;

  private static final int MOST_TURNS = 4096;

  private final GraphBuilder builder;
  private final MethodCode code;
  private final Liveness liveness;
  private final Map<Integer, Block> blocks = new HashMap<>();
  private final Map<Integer, List<Frame>> incoming = new HashMap<>();
  private final Map<Integer, LoopHeader> loops = new HashMap<>();
  private final List<Frame> results = new ArrayList<>();
  private final Block behind;

  /** The loops whose turns are being written. */
  private final Set<Integer> unrolling = new HashSet<>();

  MethodBuilder(GraphBuilder builder, MethodCode code) {
    this.builder = builder;
    this.code = code;
    liveness = new Liveness(code);
    behind = builder.graph().newBlock();
  }

  /** Follows it; its result, or null if it has none or does not return. */
  @Nullable Value follow(List<Value> arguments) {
    Frame frame = new Frame(code.maxLocals());
    int slot = 0;
    int index = 0;
    for (Value argument : arguments) {
      frame.local(slot, argument);
      boolean receiver = index == 0 && !code.isStatic();
      int parameter = code.isStatic() ? index : index - 1;
      slot += receiver ? 1 : TypeKind.from(code.type().parameterType(parameter)).slotSize();
      index++;
    }
    code.handler()
        .ifPresent(
            handler -> {
              throw InstructionBuilder.refused(
                  code.position(handler),
                  "exceptions are caught, or something is done finally",
                  "let the program end: @BpfProgram says with which verdict");
            });
    enter(0, frame, code.position(0));
    code.stretches().forEach(this::begin);
    if (results.isEmpty()) {
      builder.moveTo(null);
      return null;
    }
    builder.moveTo(behind);
    if (results.getFirst().stack().isEmpty()) {
      return null;
    }
    Position position = code.position(0);
    return new Merge(builder, behind, position)
        .merge(Merge.each(results, result -> result.stack().getFirst()));
  }

  /** Goes to a stretch of code, with this frame. */
  private void enter(int target, Frame frame, Position position) {
    LoopHeader loop = loops.get(target);
    if (loop != null) {
      loop.close(frame);
    } else {
      incoming.computeIfAbsent(target, _ -> new ArrayList<>()).add(frame.copy());
    }
    Block block = blocks.computeIfAbsent(target, _ -> builder.graph().newBlock());
    builder.jump(block, position);
  }

  private void begin(MethodCode.Stretch stretch) {
    List<Frame> frames = incoming.get(stretch.first());
    Block block = blocks.get(stretch.first());
    if (frames == null || block == null) {
      return;
    }
    Position position = code.position(stretch.first());
    if (builder.program().lessons().isUnrolled(code, stretch.first())
        && unrolling.add(stretch.first())) {
      unroll(stretch, position);
      return;
    }
    builder.moveTo(block);
    Frame frame =
        frames.size() > 1
            ? new Merge(builder, block, position).merge(frames, stretch, liveness)
            : frames.getFirst();
    if (code.isLoop(stretch) && !builder.program().lessons().isUnrolled(code, stretch.first())) {
      frame = open(stretch, frame, position);
    }
    if (unrolling.contains(stretch.first())) {
      forget(stretch);
    }
    follow(stretch, frame);
  }

  /** Begins a loop. */
  private Frame open(MethodCode.Stretch head, Frame entered, Position position) {
    Block block = builder.graph().newBlock();
    builder.jump(block, position);
    builder.moveTo(block);
    blocks.put(head.first(), block);
    Frame live = new Frame(entered.locals());
    for (int slot = 0; slot < entered.locals(); slot++) {
      if (liveness.isLive(head, slot)) {
        live.local(slot, entered.local(slot));
      }
    }
    entered.stack().forEach(live::push);
    LoopHeader header =
        new LoopHeader(
            builder, block, position, live, slot -> new Lessons.Variable(code, head.first(), slot));
    loops.put(head.first(), header);
    return header.frame().copy();
  }

  /** Follows turn after turn, as long as it is known that there is one more. */
  private void unroll(MethodCode.Stretch head, Position position) {
    List<MethodCode.Stretch> written = code.turn(head);
    for (int turn = 0; incoming.containsKey(head.first()); turn++) {
      if (turn > MOST_TURNS) {
        throw InstructionBuilder.refused(
            position,
            "a loop through objects has more than " + MOST_TURNS + " turns",
            "its number of turns must be known");
      }
      begin(head);
      for (MethodCode.Stretch stretch : written) {
        if (!stretch.equals(head)) {
          begin(stretch);
          forget(stretch);
        }
      }
    }
    unrolling.remove(head.first());
  }

  private void forget(MethodCode.Stretch stretch) {
    incoming.remove(stretch.first());
    blocks.remove(stretch.first());
    loops.remove(stretch.first());
  }

  private void follow(MethodCode.Stretch stretch, Frame frame) {
    InstructionBuilder instructions = new InstructionBuilder(builder, code, frame);
    builder.enter(instructions);
    follow(stretch, frame, instructions);
    builder.leave();
  }

  private void follow(MethodCode.Stretch stretch, Frame frame, InstructionBuilder instructions) {
    for (int i = stretch.first(); i < stretch.end(); i++) {
      Instruction instruction = code.instruction(i);
      Position position = code.position(i);
      switch (instruction) {
        case BranchInstruction branch -> branch(stretch, branch, frame, position);
        case LookupSwitchInstruction lookup -> choose(stretch, frame, lookup.cases(), position);
        case TableSwitchInstruction table -> choose(stretch, frame, table.cases(), position);
        case ReturnInstruction result -> giveBack(result, frame, position);
        case ThrowInstruction _ -> builder.jump(builder.ended(position), position);
        default -> instructions.follow(instruction, i, position);
      }
      if (!builder.isReached()) {
        return;
      }
      if (i + 1 == stretch.end() || !asksForSign(code.instruction(i + 1))) {
        instructions.decide(position);
      }
    }
    enter(stretch.end(), frame, code.position(stretch.end() - 1));
  }

  private static boolean asksForSign(Instruction instruction) {
    return switch (instruction.opcode()) {
      case IFEQ, IFNE, IFLT, IFLE, IFGT, IFGE -> true;
      default -> false;
    };
  }

  private void giveBack(ReturnInstruction result, Frame frame, Position position) {
    Frame last = new Frame(0);
    if (result.typeKind() != TypeKind.VOID) {
      last.push(frame.pop());
    }
    results.add(last);
    builder.jump(behind, position);
  }

  private void branch(
      MethodCode.Stretch stretch, BranchInstruction branch, Frame frame, Position position) {
    int target = code.place(branch.target());
    Opcode opcode = branch.opcode();
    if (opcode == Opcode.GOTO || opcode == Opcode.GOTO_W) {
      enter(target, frame, position);
      return;
    }
    InstructionBuilder instructions = new InstructionBuilder(builder, code, frame);
    boolean two = opcode.name().startsWith("IF_ICMP") || opcode.name().startsWith("IF_ACMP");
    Value right = two ? frame.pop() : new Value.Constant(null);
    Value left = frame.pop();
    Relation relation = relation(opcode);
    Node same = sameObject(left, right, position);
    if (same != null) {
      left = new Value.Scalar(same);
      right = new Value.Scalar(builder.constant(Type.INT, 1, position));
      two = true;
    }
    if (two && opcode.name().startsWith("IF_ACMP") && same == null) {
      requireObjects(left, right, position);
    }
    Boolean known = known(relation, left, right);
    if (known != null) {
      enter(known ? target : stretch.end(), frame, position);
      return;
    }
    int ifNull = relation == Relation.EQ ? target : stretch.end();
    int ifThere = relation == Relation.EQ ? stretch.end() : target;
    Node a;
    Node b;
    if (left instanceof Value.Comparison(Node l, Node r, boolean unsigned) && !two) {
      a = l;
      b = r;
      relation = unsigned ? relation.unsigned() : relation;
    } else if (left instanceof Value.Maybe maybe && !two) {
      askIfThere(maybe, maybe.present(), maybe::value, ifNull, ifThere, frame, position);
      return;
    } else if (left instanceof Value.Found found) {
      Memory memory = new Memory(builder, instructions);
      Supplier<Value> present = () -> memory.present(found, position);
      askIfThere(found, found.pointer(), present, ifNull, ifThere, frame, position);
      return;
    } else {
      a = instructions.scalar(left, position);
      b = two ? instructions.scalar(right, position) : builder.constant(a.type(), 0, position);
    }
    Block then = builder.graph().newBlock();
    Block otherwise = builder.graph().newBlock();
    builder.branch(relation, a, b, then, otherwise, position);
    goOn(then, target, frame, position);
    goOn(otherwise, stretch.end(), frame, position);
  }

  /** Numbers in boxes are equal or not by where they are. */
  private static void requireObjects(Value left, Value right, Position position) {
    for (Value value : List.of(left, right)) {
      if (value instanceof Value.Scalar
          || value instanceof Value.Found
          || value instanceof Value.Maybe) {
        throw InstructionBuilder.refused(
            position,
            "== asks whether two numbers are the same object",
            "compare numbers: one.intValue() == other");
      }
    }
  }

  /** Whether two values are the same object, 1 or 0, if one is chosen when the program runs. */
  private @Nullable Node sameObject(Value left, Value right, Position position) {
    Choices choices = new Choices(builder, position);
    if (left instanceof Value.Choice choice) {
      return choices.isSame(choice, right);
    }
    return right instanceof Value.Choice choice ? choices.isSame(choice, left) : null;
  }

  /**
   * Where something is there it is known; where not, it is null.
   *
   * @param asked what may be null
   * @param key 0 if it is null
   * @param known makes what it is otherwise
   * @param ifNull where to go if it is null
   * @param otherwise where to go if it is there
   */
  private void askIfThere(
      Value asked,
      Node key,
      Supplier<Value> known,
      int ifNull,
      int otherwise,
      Frame frame,
      Position position) {
    Block there = builder.graph().newBlock();
    Block missing = builder.graph().newBlock();
    Node zero = builder.constant(key.type(), 0, position);
    builder.branch(Relation.NE, key, zero, there, missing, position);
    Frame without = frame.copy();
    without.replace(asked, new Value.Constant(null));
    goOn(missing, ifNull, without, position);
    builder.moveTo(there);
    frame.replace(asked, known.get());
    goOn(there, otherwise, frame, position);
  }

  /** What a comparison of objects, or with null, gives; null if it is of numbers. */
  @SuppressWarnings("ReferenceEquality") // as Java compares them
  private static @Nullable Boolean known(Relation relation, Value left, Value right) {
    if (left instanceof Value.Scalar || right instanceof Value.Scalar) {
      return null;
    }
    if (left instanceof Value.Comparison
        || left instanceof Value.Found
        || left instanceof Value.Maybe) {
      return null;
    }
    boolean same =
        left instanceof Value.Constant(Object l)
            && right instanceof Value.Constant(Object r)
            && l == r;
    return (relation == Relation.EQ) == same;
  }

  private void goOn(Block edge, int target, Frame frame, Position position) {
    if (!edge.predecessors().isEmpty()) {
      builder.moveTo(edge);
      enter(target, frame, position);
    }
    builder.moveTo(null);
  }

  private static Relation relation(Opcode opcode) {
    return switch (opcode) {
      case IFEQ, IF_ICMPEQ, IF_ACMPEQ, IFNULL -> Relation.EQ;
      case IFNE, IF_ICMPNE, IF_ACMPNE, IFNONNULL -> Relation.NE;
      case IFLT, IF_ICMPLT -> Relation.LT;
      case IFGE, IF_ICMPGE -> Relation.GE;
      case IFGT, IF_ICMPGT -> Relation.GT;
      case IFLE, IF_ICMPLE -> Relation.LE;
      default -> throw new IllegalStateException(opcode + " does not branch");
    };
  }

  private void choose(
      MethodCode.Stretch stretch, Frame frame, List<SwitchCase> cases, Position position) {
    Node value = new InstructionBuilder(builder, code, frame).scalar(frame.pop(), position);
    List<SwitchCase> sorted = new ArrayList<>(cases);
    sorted.removeIf(one -> code.place(one.target()) == stretch.targets().getFirst());
    sorted.sort(Comparator.comparingInt(SwitchCase::caseValue));
    choose(sorted, value, stretch.targets().getFirst(), frame, position);
  }

  private void choose(
      List<SwitchCase> cases, Node value, int otherwise, Frame frame, Position position) {
    if (cases.size() > FEW_CASES) {
      int middle = cases.size() / 2;
      Node bound = builder.constant(Type.INT, cases.get(middle).caseValue(), position);
      Block below = builder.graph().newBlock();
      Block above = builder.graph().newBlock();
      builder.branch(Relation.LT, value, bound, below, above, position);
      for (Block half : List.of(below, above)) {
        if (!half.predecessors().isEmpty()) {
          builder.moveTo(half);
          List<SwitchCase> rest =
              half == below ? cases.subList(0, middle) : cases.subList(middle, cases.size());
          choose(rest, value, otherwise, frame, position);
        }
      }
      builder.moveTo(null);
      return;
    }
    for (SwitchCase one : cases) {
      Node number = builder.constant(Type.INT, one.caseValue(), position);
      Block then = builder.graph().newBlock();
      Block next = builder.graph().newBlock();
      builder.branch(Relation.EQ, value, number, then, next, position);
      goOn(then, code.place(one.target()), frame, position);
      if (next.predecessors().isEmpty()) {
        return;
      }
      builder.moveTo(next);
    }
    enter(otherwise, frame, position);
  }
}
