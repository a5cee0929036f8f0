package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Types.CD_BYTES;
import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_PACKET;
import static dev.sluice.engine.vm.Types.CD_TURNS;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the turns of a {@link CountedLoop} that can be looked ahead for. What is left of the loop,
 * its last turn at least, is written behind as if there were none of this.
 */
final class TurnWriter {
  private static final int TURNS = Locals.FREE;
  private static final int COUNT = TURNS + 1;
  private static final int BYTES = COUNT + 1;
  private static final int FIRST_INDEX = BYTES + 1;

  private static final ClassDesc CD_MATH = ClassDesc.of("java.lang.Math");
  private static final MethodTypeDesc TWO_INTS = MethodTypeDesc.of(CD_int, CD_int, CD_int);

  private final CodeBuilder code;
  private final CountedLoop loop;

  /** What is different in a factor; each has its index into the packet in a local variable. */
  private final List<AffineValue> bases = new ArrayList<>();

  TurnWriter(CodeBuilder code, CountedLoop loop) {
    this.code = code;
    this.loop = loop;
  }

  /**
   * Writes as many turns as can be looked ahead for.
   *
   * @param rest where to go on with the next turn
   * @param turn writes a turn
   */
  void write(Label rest, Runnable turn) {
    lookAhead();
    code.iload(TURNS).loadConstant(CountedLoop.FEWEST_TURNS).if_icmplt(rest);
    code.lload(Locals.FUEL).iload(TURNS).i2l().lsub().lstore(Locals.FUEL);
    code.aload(Locals.EXECUTION).getfield(CD_EXECUTION, "packet", CD_PACKET);
    code.getfield(CD_PACKET, "bytes", CD_BYTES).astore(BYTES);
    for (CountedLoop.Access access : loop.accesses()) {
      AffineValue address = access.address();
      if (bases.stream().noneMatch(address::hasFactorsOf)) {
        load(address);
        code.l2i().istore(FIRST_INDEX + bases.size());
        bases.add(address);
      }
    }
    Label next = code.newLabel();
    code.iconst_0().istore(COUNT);
    code.labelBinding(next);
    code.iload(COUNT).iload(TURNS).if_icmpge(rest);
    turn.run();
    code.iinc(COUNT, 1).goto_(next);
  }

  private void lookAhead() {
    code.loadConstant(loop.operation());
    load(loop.compared());
    code.loadConstant(loop.step(loop.compared()));
    load(loop.bound());
    code.invokestatic(
        CD_TURNS, "taken", MethodTypeDesc.of(CD_int, CD_int, CD_long, CD_long, CD_long));
    code.lload(Locals.FUEL);
    code.invokestatic(CD_TURNS, "fuelled", MethodTypeDesc.of(CD_int, CD_int, CD_long));
    for (AffineValue value : loop.narrow()) {
      load(value);
      code.loadConstant(loop.step(value)).lconst_0().loadConstant((long) Integer.MAX_VALUE);
      code.invokestatic(
          CD_TURNS, "within", MethodTypeDesc.of(CD_int, CD_long, CD_long, CD_long, CD_long));
      code.invokestatic(CD_MATH, "min", TWO_INTS);
    }
    for (CountedLoop.Access access : loop.accesses()) {
      code.aload(Locals.EXECUTION);
      load(access.address());
      code.loadConstant(loop.step(access.address())).loadConstant(access.size());
      code.invokestatic(
          CD_TURNS, "inPacket", MethodTypeDesc.of(CD_int, CD_EXECUTION, CD_long, CD_long, CD_int));
      code.invokestatic(CD_MATH, "min", TWO_INTS);
    }
    code.istore(TURNS);
  }

  /** Loads what a value is in the first turn. */
  private void load(AffineValue value) {
    code.loadConstant(value.constant());
    for (int register = 0; register < Locals.REGISTERS; register++) {
      int factor = value.factor(register);
      if (factor != 0) {
        code.lload(Locals.register(register));
        if (factor != 1) {
          code.loadConstant((long) factor).lmul();
        }
        code.ladd();
      }
    }
  }

  /**
   * Loads the array and the index of an access that needs no check.
   *
   * @return whether there is such an access at this instruction
   */
  boolean loadPlace(int slot) {
    for (CountedLoop.Access access : loop.accesses()) {
      if (access.slot() == slot) {
        AffineValue address = access.address();
        int base = 0;
        while (!address.hasFactorsOf(bases.get(base))) {
          base++;
        }
        code.aload(BYTES).iload(FIRST_INDEX + base);
        code.iload(COUNT).loadConstant((int) loop.step(address)).imul().iadd();
        code.loadConstant((int) (address.constant() - bases.get(base).constant())).iadd();
        return true;
      }
    }
    return false;
  }
}
