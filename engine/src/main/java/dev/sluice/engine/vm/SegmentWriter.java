package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Locals.AT;
import static dev.sluice.engine.vm.Locals.EXECUTION;
import static dev.sluice.engine.vm.Locals.FRAME;
import static dev.sluice.engine.vm.Locals.FUEL;
import static dev.sluice.engine.vm.Locals.REGISTERS;
import static dev.sluice.engine.vm.Locals.STACK;
import static dev.sluice.engine.vm.Locals.TARGET;
import static dev.sluice.engine.vm.Locals.register;
import static dev.sluice.engine.vm.Types.CD_BYTES;
import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_FAULT;
import static dev.sluice.engine.vm.Types.CD_IMAGE;
import static dev.sluice.engine.vm.Types.CD_LONGS;
import static dev.sluice.engine.vm.Types.CD_PROGRAM;
import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the method of one segment. */
final class SegmentWriter {
  /** Slots of loops that a segment has room for a second time. */
  private static final int MOST_LOOPED = 24;

  private final Image image;
  private final RegisterContents contents;
  private final CodeEntries entries;
  private final ClassData data;
  private final CodeBuilder code;
  private final InstructionWriter writer;
  private final int first;
  private final int end;
  private final Map<Integer, Label> labels = new HashMap<>();

  /** Code behind the rest: jumps that leave the segment or go backward. */
  private final Map<Long, Label> exits = new HashMap<>();

  /** Loops of this segment whose turns can be looked ahead for, by their first instruction. */
  private final Map<Integer, Ahead> loops = new HashMap<>();

  private final Label leave;
  private final Label outOfFuel;
  private int slot;

  /**
   * A loop, and where the turns begin that are not looked ahead for.
   *
   * @param loop the loop
   * @param rest where its other turns begin
   */
  private record Ahead(CountedLoop loop, Label rest) {}

  /**
   * A segment.
   *
   * @param first its first slot
   * @param end where the next begins
   */
  SegmentWriter(
      CodeBuilder code,
      Image image,
      RegisterContents contents,
      CodeEntries entries,
      ClassData data,
      int first,
      int end) {
    this.code = code;
    this.image = image;
    this.contents = contents;
    this.entries = entries;
    this.data = data;
    this.first = first;
    this.end = end;
    leave = code.newLabel();
    outOfFuel = code.newLabel();
    writer = new InstructionWriter(code, image, contents, data, findLoops());
  }

  /** Whether the segment jumps backward, and so keeps the fuel in a local variable. */
  private boolean findLoops() {
    boolean found = false;
    int room = MOST_LOOPED;
    for (int at = first; at < end; at++) {
      int target = image.offset[at];
      if (!contents.reached(at) || !RegisterContents.jumps(image.operation[at]) || target > at) {
        continue;
      }
      found = true;
      CountedLoop loop =
          target < first || at - target > room
              ? null
              : CountedLoop.closedBy(image, contents, entries.jumps(), at);
      if (loop != null && loops.putIfAbsent(target, new Ahead(loop, code.newLabel())) == null) {
        room -= at - target;
      }
    }
    return found;
  }

  void write() {
    for (int register = 0; register < REGISTERS; register++) {
      code.aload(FRAME).loadConstant(register).laload().lstore(register(register));
    }
    code.aload(EXECUTION).getfield(CD_EXECUTION, "stacks", CD_BYTES.arrayType());
    code.aload(EXECUTION).getfield(CD_EXECUTION, "depth", CD_int).aaload().astore(STACK);
    writer.takeFuel();
    Label begin = code.newLabel();
    Label behind = code.newLabel();
    Label fault = code.newLabel();
    code.labelBinding(begin);
    enter();
    for (slot = first; slot < end; slot++) {
      if (!contents.reached(slot)) {
        continue;
      }
      code.labelBinding(label(slot));
      Ahead ahead = loops.get(slot);
      if (ahead != null) {
        lookAhead(ahead.loop(), ahead.rest());
      }
      int next = image.following(slot);
      if (instruction() && (next >= end || contents.nextReached(slot) != next)) {
        code.goto_(way(next));
      }
    }
    writeExits();
    code.labelBinding(leave);
    writer.giveFuel();
    save();
    code.iload(AT).ireturn();
    code.labelBinding(outOfFuel);
    code.invokestatic(CD_EXECUTION, "outOfFuel", MethodTypeDesc.of(CD_FAULT)).athrow();
    code.labelBinding(behind);
    code.labelBinding(fault);
    code.astore(TARGET);
    save();
    code.aload(TARGET).loadConstant(data.constant(CD_IMAGE, image)).iload(AT).aload(FRAME);
    code.invokestatic(
        CD_PROGRAM, "place", MethodTypeDesc.of(CD_FAULT, CD_FAULT, CD_IMAGE, CD_int, CD_LONGS));
    code.athrow();
    code.exceptionCatch(begin, behind, fault, CD_FAULT);
  }

  /** Writes an instruction; whether it may go on with the next. */
  private boolean instruction() {
    int operation = image.operation[slot];
    if (operation == Operation.GOTO) {
      code.goto_(way(image.offset[slot]));
      return false;
    }
    if (operation == Operation.EXIT) {
      writer.end();
      return false;
    }
    if (operation == Operation.NONE) {
      writer.none(slot);
      return false;
    }
    if (RegisterContents.jumps(operation)) {
      branch(operation);
    } else {
      writer.write(slot);
    }
    return true;
  }

  /** Writes turns of a loop without checks and fuel, as many as need none. */
  private void lookAhead(CountedLoop loop, Label rest) {
    TurnWriter ahead = new TurnWriter(code, loop);
    ahead.write(
        rest,
        () -> {
          writer.inTurns(ahead);
          for (int at = loop.header(); at < loop.branch(); at = image.following(at)) {
            writer.write(at);
          }
          writer.inTurns(null);
        });
    code.labelBinding(rest);
  }

  private void enter() {
    List<SwitchCase> cases = new ArrayList<>();
    for (int at = entries.segments().nextSetBit(first);
        at >= 0 && at < end;
        at = entries.segments().nextSetBit(at + 1)) {
      if (contents.reached(at)) {
        cases.add(SwitchCase.of(at, label(at)));
      }
    }
    Label wrong = code.newLabel();
    code.iload(AT).lookupswitch(wrong, cases);
    code.labelBinding(wrong);
    code.iload(AT).invokestatic(CD_PROGRAM, "noFunction", MethodTypeDesc.of(CD_FAULT, CD_int));
    code.athrow();
  }

  private void save() {
    for (int register = 0; register < REGISTERS - 1; register++) {
      code.aload(FRAME).loadConstant(register).lload(register(register)).lastore();
    }
  }

  private Label label(int at) {
    return labels.computeIfAbsent(at, _ -> code.newLabel());
  }

  /** Where to jump to get to a slot from here. */
  private Label way(int target) {
    boolean inside = target >= first && target < end && contents.reached(target);
    if (inside && target > slot) {
      return label(target);
    }
    long key = (long) (target <= slot ? slot + 1 : 0) << 32 | target;
    return exits.computeIfAbsent(key, _ -> code.newLabel());
  }

  private void writeExits() {
    exits.forEach(
        (key, exit) -> {
          code.labelBinding(exit);
          int from = (int) (key >>> 32) - 1;
          int target = (int) (long) key;
          if (from >= 0) {
            Locals.place(code, from);
            code.lload(FUEL).lconst_1().lsub().dup2().lstore(FUEL);
            code.lconst_0().lcmp().iflt(outOfFuel);
          }
          Ahead ahead = loops.get(target);
          if (ahead != null && ahead.loop().branch() == from) {
            code.goto_(ahead.rest());
          } else if (target >= first && target < end && contents.reached(target)) {
            code.goto_(label(target));
          } else if (target >= image.slots()) {
            writer.none(target);
          } else {
            code.loadConstant(target).istore(AT).goto_(leave);
          }
        });
  }

  private void branch(int operation) {
    Label way = way(image.offset[slot]);
    int destination = image.destination[slot];
    if (operation == Operation.MAY_GOTO) {
      code.aload(EXECUTION)
          .invokevirtual(CD_EXECUTION, "mayNotGoOn", MethodTypeDesc.of(CD_boolean))
          .ifne(way);
      return;
    }
    boolean narrow = operation > Operation.SET;
    code.lload(register(destination));
    if (narrow) {
      code.l2i();
    }
    Locals.operand(code, image, slot);
    if (narrow) {
      code.l2i();
    }
    int condition = narrow ? operation - Operation.BRANCH32 : operation;
    boolean unsigned = condition >= Operation.GT && condition <= Operation.LE;
    if (condition == Operation.SET) {
      if (narrow) {
        code.iand();
      } else {
        code.land().lconst_0().lcmp();
      }
      code.ifne(way);
    } else if (narrow && !unsigned) {
      code.branch(comparison(condition, true), way);
    } else {
      if (narrow) {
        code.invokestatic(CD_Integer, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_int, CD_int));
      } else if (unsigned) {
        code.invokestatic(CD_Long, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_long, CD_long));
      } else {
        code.lcmp();
      }
      code.branch(comparison(condition, false), way);
    }
  }

  private static Opcode comparison(int condition, boolean ofInts) {
    return switch (condition) {
      case Operation.EQ -> ofInts ? Opcode.IF_ICMPEQ : Opcode.IFEQ;
      case Operation.NE -> ofInts ? Opcode.IF_ICMPNE : Opcode.IFNE;
      case Operation.GT, Operation.SGT -> ofInts ? Opcode.IF_ICMPGT : Opcode.IFGT;
      case Operation.GE, Operation.SGE -> ofInts ? Opcode.IF_ICMPGE : Opcode.IFGE;
      case Operation.LT, Operation.SLT -> ofInts ? Opcode.IF_ICMPLT : Opcode.IFLT;
      case Operation.LE, Operation.SLE -> ofInts ? Opcode.IF_ICMPLE : Opcode.IFLE;
      default -> throw new IllegalStateException("operation " + condition + " compares nothing");
    };
  }
}
