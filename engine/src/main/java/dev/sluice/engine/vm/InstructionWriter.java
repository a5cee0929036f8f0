package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Locals.AT;
import static dev.sluice.engine.vm.Locals.EXECUTION;
import static dev.sluice.engine.vm.Locals.FRAME;
import static dev.sluice.engine.vm.Locals.FUEL;
import static dev.sluice.engine.vm.Locals.TARGET;
import static dev.sluice.engine.vm.Locals.register;
import static dev.sluice.engine.vm.Types.CD_ATOMIC;
import static dev.sluice.engine.vm.Types.CD_EXECUTABLE;
import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_FAULT;
import static dev.sluice.engine.vm.Types.CD_HELPER;
import static dev.sluice.engine.vm.Types.CD_LOAD;
import static dev.sluice.engine.vm.Types.CD_PROGRAM;
import static dev.sluice.engine.vm.Types.CD_RARE;
import static dev.sluice.engine.vm.Types.CD_TAIL;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.sluice.engine.helper.Helper;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytecode of instructions that do not jump. Registers are local variables, the fuel is
 * one where there are loops.
 */
final class InstructionWriter {
  private static final long LOW = 0xffff_ffffL;
  private static final MethodTypeDesc TWO_LONGS = MethodTypeDesc.of(CD_long, CD_long, CD_long);

  private final CodeBuilder code;
  private final Image image;
  private final ClassData data;

  /** Whether fuel is kept in a local variable. */
  private final boolean burns;

  private final AccessWriter accesses;
  private int slot;

  InstructionWriter(
      CodeBuilder code, Image image, RegisterContents contents, ClassData data, boolean burns) {
    this.code = code;
    this.image = image;
    this.data = data;
    this.burns = burns;
    accesses = new AccessWriter(code, image, contents, data);
  }

  /** From now on writes turns that were looked ahead for; null: as ever. */
  void inTurns(@Nullable TurnWriter turns) {
    accesses.inTurns(turns);
  }

  /** Loads the fuel that is left, after code elsewhere may have burnt some. */
  void takeFuel() {
    if (burns) {
      code.aload(EXECUTION).getfield(CD_EXECUTION, "fuel", CD_long).lstore(FUEL);
    }
  }

  /** Stores the fuel that is left, before code elsewhere may burn some. */
  void giveFuel() {
    if (burns) {
      code.aload(EXECUTION).lload(FUEL).putfield(CD_EXECUTION, "fuel", CD_long);
    }
  }

  private void place() {
    Locals.place(code, slot);
  }

  private void operand() {
    Locals.operand(code, image, slot);
  }

  /** Writes an instruction, which is no jump. */
  void write(int newSlot) {
    slot = newSlot;
    int operation = image.operation[slot];
    int destination = image.destination[slot];
    switch (operation) {
      case Operation.ADD -> wide(Opcode.LADD);
      case Operation.SUB -> wide(Opcode.LSUB);
      case Operation.MUL -> wide(Opcode.LMUL);
      case Operation.OR -> wide(Opcode.LOR);
      case Operation.AND -> wide(Opcode.LAND);
      case Operation.XOR -> wide(Opcode.LXOR);
      case Operation.DIV -> call("divide");
      case Operation.SIGNED_DIV -> call("divideSigned");
      case Operation.MOD -> call("remainder");
      case Operation.SIGNED_MOD -> call("remainderSigned");
      case Operation.LSH -> shift(Opcode.LSHL);
      case Operation.RSH -> shift(Opcode.LUSHR);
      case Operation.ARSH -> shift(Opcode.LSHR);
      case Operation.MOV, Operation.CONSTANT -> {
        operand();
        set(destination);
      }
      case Operation.ADD32 -> narrow(Opcode.LADD);
      case Operation.SUB32 -> narrow(Opcode.LSUB);
      case Operation.MUL32 -> narrow(Opcode.LMUL);
      case Operation.OR32 -> narrow(Opcode.LOR);
      case Operation.AND32 -> narrow(Opcode.LAND);
      case Operation.XOR32 -> narrow(Opcode.LXOR);
      case Operation.LSH32 -> shift32(Opcode.ISHL);
      case Operation.RSH32 -> shift32(Opcode.IUSHR);
      case Operation.ARSH32 -> shift32(Opcode.ISHR);
      case Operation.MOV32 -> {
        operand();
        cut();
        set(destination);
      }
      case Operation.NEG -> {
        code.lload(register(destination)).lneg();
        set(destination);
      }
      case Operation.NEG32 -> {
        code.lload(register(destination)).lneg();
        cut();
        set(destination);
      }
      case Operation.DIV32,
          Operation.SIGNED_DIV32,
          Operation.MOD32,
          Operation.SIGNED_MOD32,
          Operation.MOVS,
          Operation.MOVS32,
          Operation.SWAP,
          Operation.CUT ->
          rare();
      case Operation.LOAD8 -> {
        accesses.load(slot, 1);
        set(destination);
      }
      case Operation.LOAD16 -> {
        accesses.load(slot, 2);
        set(destination);
      }
      case Operation.LOAD32 -> {
        accesses.load(slot, 4);
        set(destination);
      }
      case Operation.LOAD64 -> {
        accesses.load(slot, 8);
        set(destination);
      }
      case Operation.LOADS8 -> {
        accesses.load(slot, 1);
        extend(Opcode.I2B);
      }
      case Operation.LOADS16 -> {
        accesses.load(slot, 2);
        extend(Opcode.I2S);
      }
      case Operation.LOADS32 -> {
        accesses.load(slot, 4);
        code.l2i().i2l();
        set(destination);
      }
      case Operation.STORE8 -> accesses.store(slot, 1);
      case Operation.STORE16 -> accesses.store(slot, 2);
      case Operation.STORE32 -> accesses.store(slot, 4);
      case Operation.STORE64 -> accesses.store(slot, 8);
      case Operation.LOAD_PACKET -> loadPacket();
      case Operation.ATOMIC -> atomic();
      case Operation.CALL_HELPER -> callHelper();
      case Operation.CALL_FUNCTION -> {
        place();
        giveFuel();
        code.aload(EXECUTION).loadConstant(image.offset[slot]);
        callFunction("callFunction", CD_int);
      }
      case Operation.CALL_INDIRECT -> {
        place();
        giveFuel();
        code.aload(EXECUTION);
        operand();
        callFunction("callAddress", CD_long);
      }
      case Operation.TAIL_CALL -> tailCall();
      default -> throw new IllegalStateException("operation " + operation + " jumps");
    }
  }

  /** Writes that there is nothing at an instruction. */
  void none(int missing) {
    Locals.place(code, missing);
    code.iload(AT)
        .invokestatic(CD_PROGRAM, "noInstruction", MethodTypeDesc.of(CD_FAULT, CD_int))
        .athrow();
  }

  /** Ends the function. */
  void end() {
    giveFuel();
    code.aload(FRAME).iconst_0().lload(register(0)).lastore();
    code.loadConstant(Segments.ENDED).ireturn();
  }

  private void set(int register) {
    code.lstore(register(register));
  }

  private void cut() {
    code.loadConstant(LOW).land();
  }

  private void operate(Opcode opcode) {
    code.with(OperatorInstruction.of(opcode));
  }

  private void wide(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(register(destination));
    operand();
    operate(opcode);
    set(destination);
  }

  private void narrow(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(register(destination));
    operand();
    operate(opcode);
    cut();
    set(destination);
  }

  private void shift(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(register(destination));
    operand();
    code.l2i();
    operate(opcode);
    set(destination);
  }

  private void shift32(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(register(destination)).l2i();
    operand();
    code.l2i();
    operate(opcode);
    code.i2l();
    cut();
    set(destination);
  }

  private void extend(Opcode opcode) {
    int destination = image.destination[slot];
    code.l2i().with(ConvertInstruction.of(opcode));
    code.i2l();
    set(destination);
  }

  private void call(String arithmetic) {
    int destination = image.destination[slot];
    code.lload(register(destination));
    operand();
    code.invokestatic(CD_RARE, arithmetic, TWO_LONGS);
    set(destination);
  }

  private void rare() {
    int destination = image.destination[slot];
    code.loadConstant((int) image.operation[slot]).lload(register(destination));
    operand();
    code.loadConstant(image.offset[slot]);
    code.invokestatic(
        CD_RARE, "compute", MethodTypeDesc.of(CD_long, CD_int, CD_long, CD_long, CD_int));
    set(destination);
  }

  private void loadPacket() {
    place();
    code.aload(EXECUTION).lload(register(6)).loadConstant(image.offset[slot]);
    operand();
    code.l2i().iadd().loadConstant(1 << image.destination[slot]);
    code.invokestatic(
        CD_LOAD, "load", MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_long, CD_int, CD_int));
    Label held = code.newLabel();
    set(0);
    code.lload(register(0)).lconst_0().lcmp().ifge(held);
    code.lconst_0();
    set(0);
    end();
    code.labelBinding(held);
  }

  private void atomic() {
    int operator = (int) image.value[slot];
    int source = image.source[slot];
    place();
    code.aload(EXECUTION).loadConstant(operator);
    accesses.address(slot, image.destination[slot]);
    code.lload(register(source)).lload(register(0));
    code.invokestatic(
        CD_ATOMIC,
        "update",
        MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_int, CD_long, CD_long, CD_long));
    if (AtomicUpdate.compares(operator)) {
      set(0);
    } else if (AtomicUpdate.fetches(operator)) {
      set(source);
    } else {
      code.pop2();
    }
  }

  private void callHelper() {
    place();
    @Nullable Helper helper = image.helpers[slot];
    if (helper == null) {
      code.invokestatic(CD_PROGRAM, "noHelper", MethodTypeDesc.of(CD_FAULT)).athrow();
      return;
    }
    giveFuel();
    code.loadConstant(data.constant(CD_HELPER, helper));
    code.aload(EXECUTION);
    arguments();
    code.invokeinterface(
        CD_HELPER,
        "call",
        MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_long, CD_long, CD_long, CD_long, CD_long));
    set(0);
    takeFuel();
  }

  private void arguments() {
    for (int register = 1; register <= 5; register++) {
      code.lload(register(register));
    }
  }

  private void callFunction(String method, ClassDesc target) {
    arguments();
    code.invokestatic(
        CD_PROGRAM,
        method,
        MethodTypeDesc.of(
            CD_long, CD_EXECUTION, target, CD_long, CD_long, CD_long, CD_long, CD_long));
    set(0);
    takeFuel();
  }

  private void tailCall() {
    place();
    code.aload(EXECUTION).lload(register(2)).lload(register(3)).l2i();
    code.invokestatic(
        CD_TAIL, "find", MethodTypeDesc.of(CD_EXECUTABLE, CD_EXECUTION, CD_long, CD_int));
    Label none = code.newLabel();
    code.astore(TARGET).aload(TARGET).ifnull(none);
    giveFuel();
    code.aload(TARGET).aload(EXECUTION);
    code.invokeinterface(CD_EXECUTABLE, "run", MethodTypeDesc.of(CD_long, CD_EXECUTION));
    set(0);
    takeFuel();
    end();
    code.labelBinding(none);
    code.loadConstant(-1L);
    set(0);
  }
}
