package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Types.CD_ATOMIC;
import static dev.sluice.engine.vm.Types.CD_BYTES;
import static dev.sluice.engine.vm.Types.CD_CONTEXT;
import static dev.sluice.engine.vm.Types.CD_EXECUTABLE;
import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_FAULT;
import static dev.sluice.engine.vm.Types.CD_GUEST;
import static dev.sluice.engine.vm.Types.CD_HELPER;
import static dev.sluice.engine.vm.Types.CD_LOAD;
import static dev.sluice.engine.vm.Types.CD_MEMORY;
import static dev.sluice.engine.vm.Types.CD_PACKET;
import static dev.sluice.engine.vm.Types.CD_PROGRAM;
import static dev.sluice.engine.vm.Types.CD_RARE;
import static dev.sluice.engine.vm.Types.CD_TAIL;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.sluice.engine.context.ContextPointer;
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
  static final int REGISTERS = 11;

  // Local variables of a segment's method.
  static final int EXECUTION = 0;
  static final int FRAME = 1;
  static final int AT = 2;
  static final int FIRST_REGISTER = 3;
  static final int STACK = FIRST_REGISTER + 2 * REGISTERS;
  static final int TARGET = STACK + 1;
  static final int FUEL = TARGET + 1;
  static final int FREE = FUEL + 2;

  private static final long LOW = 0xffff_ffffL;
  private static final MethodTypeDesc TWO_LONGS = MethodTypeDesc.of(CD_long, CD_long, CD_long);

  private final CodeBuilder code;
  private final Image image;
  private final RegisterContents contents;
  private final ClassData data;

  /** Whether fuel is kept in a local variable. */
  private final boolean burns;

  /** Where accesses need no check; null outside of such turns. */
  private @Nullable TurnWriter foreseen;

  private int slot;

  InstructionWriter(
      CodeBuilder code, Image image, RegisterContents contents, ClassData data, boolean burns) {
    this.code = code;
    this.image = image;
    this.contents = contents;
    this.data = data;
    this.burns = burns;
  }

  /** From now on writes turns that were looked ahead for; null: as ever. */
  void inTurns(@Nullable TurnWriter turns) {
    foreseen = turns;
  }

  static int local(int register) {
    return FIRST_REGISTER + 2 * register;
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

  /** Notes where a fault would be. */
  void place(int at) {
    code.loadConstant(at).istore(AT);
  }

  private void operand() {
    operand(slot);
  }

  /** Loads the second operand of an instruction. */
  void operand(int of) {
    int source = image.source[of];
    if (source == Image.IMMEDIATE) {
      code.loadConstant(image.value[of]);
    } else {
      code.lload(local(source));
    }
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
        code.lload(local(destination)).lneg();
        set(destination);
      }
      case Operation.NEG32 -> {
        code.lload(local(destination)).lneg();
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
      case Operation.LOAD8 -> load(1);
      case Operation.LOAD16 -> load(2);
      case Operation.LOAD32 -> load(4);
      case Operation.LOAD64 -> load(8);
      case Operation.LOADS8 -> {
        load(1);
        extend(Opcode.I2B);
      }
      case Operation.LOADS16 -> {
        load(2);
        extend(Opcode.I2S);
      }
      case Operation.LOADS32 -> {
        load(4);
        code.lload(local(destination)).l2i().i2l();
        set(destination);
      }
      case Operation.STORE8 -> store(1);
      case Operation.STORE16 -> store(2);
      case Operation.STORE32 -> store(4);
      case Operation.STORE64 -> store(8);
      case Operation.LOAD_PACKET -> loadPacket();
      case Operation.ATOMIC -> atomic();
      case Operation.CALL_HELPER -> callHelper();
      case Operation.CALL_FUNCTION -> {
        place(slot);
        giveFuel();
        code.aload(EXECUTION).loadConstant(image.offset[slot]);
        callFunction("callFunction", CD_int);
      }
      case Operation.CALL_INDIRECT -> {
        place(slot);
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
    place(missing);
    code.iload(AT)
        .invokestatic(CD_PROGRAM, "noInstruction", MethodTypeDesc.of(CD_FAULT, CD_int))
        .athrow();
  }

  /** Ends the function. */
  void end() {
    giveFuel();
    code.aload(FRAME).iconst_0().lload(local(0)).lastore();
    code.loadConstant(Segments.ENDED).ireturn();
  }

  private void set(int register) {
    code.lstore(local(register));
  }

  private void cut() {
    code.loadConstant(LOW).land();
  }

  private void operate(Opcode opcode) {
    code.with(OperatorInstruction.of(opcode));
  }

  private void wide(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(local(destination));
    operand();
    operate(opcode);
    set(destination);
  }

  private void narrow(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(local(destination));
    operand();
    operate(opcode);
    cut();
    set(destination);
  }

  private void shift(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(local(destination));
    operand();
    code.l2i();
    operate(opcode);
    set(destination);
  }

  private void shift32(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(local(destination)).l2i();
    operand();
    code.l2i();
    operate(opcode);
    code.i2l();
    cut();
    set(destination);
  }

  private void extend(Opcode opcode) {
    int destination = image.destination[slot];
    code.lload(local(destination)).l2i();
    code.with(ConvertInstruction.of(opcode));
    code.i2l();
    set(destination);
  }

  private void call(String arithmetic) {
    int destination = image.destination[slot];
    code.lload(local(destination));
    operand();
    code.invokestatic(CD_RARE, arithmetic, TWO_LONGS);
    set(destination);
  }

  private void rare() {
    int destination = image.destination[slot];
    code.loadConstant((int) image.operation[slot]).lload(local(destination));
    operand();
    code.loadConstant(image.offset[slot]);
    code.invokestatic(
        CD_RARE, "compute", MethodTypeDesc.of(CD_long, CD_int, CD_long, CD_long, CD_int));
    set(destination);
  }

  private void address(int register) {
    code.lload(local(register));
    if (image.offset[slot] != 0) {
      code.loadConstant((long) image.offset[slot]).ladd();
    }
  }

  /** The offset of an access in the stack, if it is certain and within; else −1. */
  private int stackOffset(int register, int size) {
    int at = contents.offset(slot, register) + image.offset[slot];
    return contents.kind(slot, register) == RegisterContents.STACK
            && at >= 0
            && at + size <= Address.STACK_BYTES
        ? at
        : -1;
  }

  private void context() {
    code.loadConstant(data.constant(CD_CONTEXT, image.context));
  }

  /** Loads from an array and an index. */
  private void get(int size) {
    code.loadConstant(size);
    code.invokestatic(CD_GUEST, "get", MethodTypeDesc.of(CD_long, CD_BYTES, CD_int, CD_int));
    set(image.destination[slot]);
  }

  /** Stores to an array and an index. */
  private void put(int size) {
    code.loadConstant(size);
    operand();
    code.invokestatic(
        CD_GUEST, "put", MethodTypeDesc.of(CD_void, CD_BYTES, CD_int, CD_int, CD_long));
  }

  private void load(int size) {
    int base = image.source[slot];
    int destination = image.destination[slot];
    if (foreseen != null && foreseen.loadPlace(slot)) {
      get(size);
      return;
    }
    int inStack = stackOffset(base, size);
    if (inStack >= 0) {
      code.aload(STACK).loadConstant(inStack);
      get(size);
      return;
    }
    int field = contents.offset(slot, base) + image.offset[slot];
    boolean inContext = contents.kind(slot, base) == RegisterContents.CONTEXT;
    if (inContext && size == 4 && image.context.canLoad(field, size)) {
      ContextPointer pointer = RegisterContents.packetPointer(image.context, field);
      String plain = image.context.plainField(field);
      if (pointer != null) {
        packetAddress(pointer);
        set(destination);
        return;
      }
      if (plain != null) {
        code.aload(EXECUTION).getfield(CD_EXECUTION, "packet", CD_PACKET);
        code.getfield(CD_PACKET, plain, CD_int).i2l();
        cut();
        set(destination);
        return;
      }
    }
    place(slot);
    code.aload(EXECUTION);
    context();
    address(base);
    code.loadConstant(size);
    code.invokestatic(
        CD_MEMORY,
        contents.kind(slot, base) == RegisterContents.PACKET ? "loadPacket" : "load",
        MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_CONTEXT, CD_long, CD_int));
    set(destination);
  }

  private void packetAddress(ContextPointer pointer) {
    String field =
        switch (pointer) {
          case DATA -> "head";
          case DATA_END -> "end";
          case DATA_META -> "metaStart";
        };
    code.aload(EXECUTION).getfield(CD_EXECUTION, "packet", CD_PACKET);
    code.getfield(CD_PACKET, field, CD_int).i2l();
    code.loadConstant(Address.of(Address.PACKET, 0)).ladd();
  }

  private void store(int size) {
    int base = image.destination[slot];
    if (foreseen != null && foreseen.loadPlace(slot)) {
      put(size);
      return;
    }
    int inStack = stackOffset(base, size);
    if (inStack >= 0) {
      code.aload(STACK).loadConstant(inStack);
      put(size);
      return;
    }
    boolean packet = contents.kind(slot, base) == RegisterContents.PACKET;
    boolean immediate = image.source[slot] == Image.IMMEDIATE;
    place(slot);
    code.aload(EXECUTION);
    context();
    address(base);
    code.loadConstant(size);
    operand();
    code.invokestatic(
        CD_MEMORY,
        packet ? "storePacket" : immediate ? "storeImmediate" : "store",
        MethodTypeDesc.of(CD_void, CD_EXECUTION, CD_CONTEXT, CD_long, CD_int, CD_long));
  }

  private void loadPacket() {
    place(slot);
    code.aload(EXECUTION).lload(local(6)).loadConstant(image.offset[slot]);
    operand();
    code.l2i().iadd().loadConstant(1 << image.destination[slot]);
    code.invokestatic(
        CD_LOAD, "load", MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_long, CD_int, CD_int));
    Label held = code.newLabel();
    set(0);
    code.lload(local(0)).lconst_0().lcmp().ifge(held);
    code.lconst_0();
    set(0);
    end();
    code.labelBinding(held);
  }

  private void atomic() {
    int operator = (int) image.value[slot];
    int source = image.source[slot];
    place(slot);
    code.aload(EXECUTION).loadConstant(operator);
    address(image.destination[slot]);
    code.lload(local(source)).lload(local(0));
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
    place(slot);
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
      code.lload(local(register));
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
    place(slot);
    code.aload(EXECUTION).lload(local(2)).lload(local(3)).l2i();
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
