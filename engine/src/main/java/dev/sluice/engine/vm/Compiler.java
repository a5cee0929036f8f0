package dev.sluice.engine.vm;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.context.ContextPointer;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.skb.SocketBuffer;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a program to a hidden class, which goes when the program goes.
 *
 * <p>Registers are local variables. The code is cut into {@link Segments}, methods below the size
 * that HotSpot refuses to compile ({@code -XX:HugeMethodLimit}, 8000 bytes); between segments the
 * registers travel in the array of the function's frame. Accesses of the stack and of context
 * fields whose place is certain need no check; others are checked, first against the region they
 * most likely lie in.
 */
final class Compiler {
  /** Slots of a segment: some 40 bytes of bytecode each, at the very most. */
  static final int SEGMENT = 160;

  /** Slots that a class has room for, also if each has a constant of its own. */
  static final int MOST_SLOTS = 20_000;

  private static final int REGISTERS = 11;
  private static final long LOW = 0xffff_ffffL;

  // Local variables of a segment's method.
  private static final int EXECUTION = 0;
  private static final int FRAME = 1;
  private static final int AT = 2;
  private static final int FIRST_REGISTER = 3;
  private static final int STACK = FIRST_REGISTER + 2 * REGISTERS;
  private static final int TARGET = STACK + 1;
  private static final int FUEL = TARGET + 1;

  private static final ClassDesc CD_EXECUTION = describe(Execution.class);
  private static final ClassDesc CD_EXECUTABLE = describe(Executable.class);
  private static final ClassDesc CD_PROGRAM = describe(CompiledProgram.class);
  private static final ClassDesc CD_MEMORY = describe(MemoryAccess.class);
  private static final ClassDesc CD_GUEST = describe(GuestMemory.class);
  private static final ClassDesc CD_RARE = describe(RareArithmetic.class);
  private static final ClassDesc CD_ATOMIC = describe(AtomicUpdate.class);
  private static final ClassDesc CD_LOAD = describe(PacketLoad.class);
  private static final ClassDesc CD_TAIL = describe(TailCall.class);
  private static final ClassDesc CD_FAULT = describe(Fault.class);
  private static final ClassDesc CD_IMAGE = describe(Image.class);
  private static final ClassDesc CD_HELPER = describe(Helper.class);
  private static final ClassDesc CD_CONTEXT = describe(ContextLayout.class);
  private static final ClassDesc CD_PACKET = describe(SocketBuffer.class);
  private static final ClassDesc CD_LONGS = CD_long.arrayType();
  private static final ClassDesc CD_BYTES = ConstantDescs.CD_byte.arrayType();
  private static final ClassDesc CD_LONG_BOX = ConstantDescs.CD_Long;
  private static final ClassDesc CD_INT_BOX = ConstantDescs.CD_Integer;
  private static final MethodTypeDesc SEGMENT_TYPE =
      MethodTypeDesc.of(CD_int, CD_EXECUTION, CD_LONGS, CD_int);
  private static final MethodTypeDesc TWO_LONGS = MethodTypeDesc.of(CD_long, CD_long, CD_long);

  /** Where the objects are that code refers to: the image, then the helpers. */
  private static final int IMAGE_DATA = 0;

  private static final int CONTEXT_DATA = 1;

  private final Image image;
  private final BitSet entries = new BitSet();
  private final RegisterContents contents;
  private final List<Object> data = new ArrayList<>();
  private final ClassDesc self;

  Compiler(Image image) {
    this.image = image;
    contents = RegisterContents.of(image, image.functions);
    findEntries();
    data.add(image);
    data.add(image.context);
    self =
        ClassDesc.of(
            Compiler.class.getPackageName(),
            "Compiled_" + image.spec.name().replaceAll("[^A-Za-z0-9_]", "_"));
  }

  private static ClassDesc describe(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** Finds where segments may be entered: at functions, and where others jump or run into them. */
  private void findEntries() {
    entries.or(image.functions);
    for (int slot = 0; slot < image.slots(); slot++) {
      if (!contents.reached(slot)) {
        continue;
      }
      int operation = image.operation[slot];
      if (RegisterContents.jumps(operation) && segment(slot) != segment(image.offset[slot])) {
        entries.set(image.offset[slot]);
      }
      int next = slot + (operation == Operation.CONSTANT ? 2 : 1);
      if (segment(slot) != segment(next) && operation != Operation.EXIT) {
        entries.set(next);
      }
    }
  }

  private static int segment(int slot) {
    return slot / SEGMENT;
  }

  /** Compiles. */
  CompiledProgram compile() {
    int segments = segment(image.slots() - 1) + 1;
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                type -> {
                  type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                  type.withInterfaceSymbols(describe(Segments.class));
                  type.withMethodBody(
                      ConstantDescs.INIT_NAME,
                      ConstantDescs.MTD_void,
                      ClassFile.ACC_PUBLIC,
                      code ->
                          code.aload(0)
                              .invokespecial(
                                  ConstantDescs.CD_Object,
                                  ConstantDescs.INIT_NAME,
                                  ConstantDescs.MTD_void)
                              .return_());
                  type.withMethodBody(
                      "run",
                      MethodTypeDesc.of(CD_int, CD_int, CD_EXECUTION, CD_LONGS, CD_int),
                      ClassFile.ACC_PUBLIC,
                      code -> dispatch(code, segments));
                  for (int segment = 0; segment < segments; segment++) {
                    int which = segment;
                    type.withMethodBody(
                        name(segment),
                        SEGMENT_TYPE,
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                        code -> new Piece(code, which).write());
                  }
                });
    int[] segmentOf = new int[image.slots()];
    for (int slot = 0; slot < segmentOf.length; slot++) {
      segmentOf[slot] = segment(slot);
    }
    try {
      MethodHandles.Lookup type =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, List.copyOf(data), true);
      Object code =
          type.findConstructor(type.lookupClass(), MethodType.methodType(void.class)).invoke();
      return new CompiledProgram(image, (Segments) code, segmentOf);
    } catch (Throwable e) {
      throw new IllegalStateException("compiled code of " + image.spec.name() + " is wrong", e);
    }
  }

  private static String name(int segment) {
    return "segment" + segment;
  }

  private void dispatch(CodeBuilder code, int segments) {
    Label[] labels = new Label[segments];
    List<SwitchCase> cases = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      labels[segment] = code.newLabel();
      cases.add(SwitchCase.of(segment, labels[segment]));
    }
    if (segments > 1) {
      code.iload(1).tableswitch(0, segments - 1, labels[0], cases);
    }
    for (int segment = 0; segment < segments; segment++) {
      code.labelBinding(labels[segment]);
      code.aload(2).aload(3).iload(4).invokestatic(self, name(segment), SEGMENT_TYPE).ireturn();
    }
  }

  private DynamicConstantDesc<?> constant(ClassDesc type, int index) {
    return DynamicConstantDesc.ofNamed(
        ConstantDescs.ofConstantBootstrap(
            describe(MethodHandles.class), "classDataAt", ConstantDescs.CD_Object, CD_int),
        ConstantDescs.DEFAULT_NAME,
        type,
        index);
  }

  /** Writes the method of one segment. */
  private final class Piece {
    private final CodeBuilder code;
    private final int first;
    private final int end;
    private final Map<Integer, Label> labels = new HashMap<>();

    /** Code behind the rest: jumps that leave the segment or go backward. */
    private final Map<Long, Label> exits = new HashMap<>();

    private final Label leave;
    private final Label outOfFuel;

    /** Whether it jumps backward, and so keeps the fuel in a local variable. */
    private final boolean burns;

    private int slot;

    Piece(CodeBuilder code, int segment) {
      this.code = code;
      first = segment * SEGMENT;
      end = Math.min(first + SEGMENT, image.slots());
      leave = code.newLabel();
      outOfFuel = code.newLabel();
      burns = jumpsBackward();
    }

    private boolean jumpsBackward() {
      for (int at = first; at < end; at++) {
        if (contents.reached(at)
            && RegisterContents.jumps(image.operation[at])
            && image.offset[at] <= at) {
          return true;
        }
      }
      return false;
    }

    void write() {
      for (int register = 0; register < REGISTERS; register++) {
        code.aload(FRAME).loadConstant(register).laload().lstore(local(register));
      }
      code.aload(EXECUTION).getfield(CD_EXECUTION, "stacks", CD_BYTES.arrayType());
      code.aload(EXECUTION).getfield(CD_EXECUTION, "depth", CD_int).aaload().astore(STACK);
      takeFuel();
      Label begin = code.newLabel();
      Label behind = code.newLabel();
      Label fault = code.newLabel();
      code.labelBinding(begin);
      enter();
      boolean falls = false;
      for (slot = first; slot < end; slot++) {
        if (!contents.reached(slot)) {
          continue;
        }
        code.labelBinding(label(slot));
        falls = instruction();
      }
      if (falls) {
        int next = contents.reached(end - 1) ? following(end - 1) : end;
        slot = end - 1;
        jump(next, false);
      }
      writeExits();
      code.labelBinding(leave);
      giveFuel();
      save();
      code.iload(AT).ireturn();
      if (burns) {
        code.labelBinding(outOfFuel);
        code.invokestatic(CD_EXECUTION, "outOfFuel", MethodTypeDesc.of(CD_FAULT)).athrow();
      }
      code.labelBinding(behind);
      code.labelBinding(fault);
      code.astore(TARGET);
      save();
      code.aload(TARGET).loadConstant(constant(CD_IMAGE, IMAGE_DATA)).iload(AT).aload(FRAME);
      code.invokestatic(
          CD_PROGRAM, "place", MethodTypeDesc.of(CD_FAULT, CD_FAULT, CD_IMAGE, CD_int, CD_LONGS));
      code.athrow();
      code.exceptionCatch(begin, behind, fault, CD_FAULT);
    }

    private int following(int at) {
      return at + (image.operation[at] == Operation.CONSTANT ? 2 : 1);
    }

    private void enter() {
      List<SwitchCase> cases = new ArrayList<>();
      for (int at = entries.nextSetBit(first);
          at >= 0 && at < end;
          at = entries.nextSetBit(at + 1)) {
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
        code.aload(FRAME).loadConstant(register).lload(local(register)).lastore();
      }
    }

    private int local(int register) {
      return FIRST_REGISTER + 2 * register;
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

    private void jump(int target, boolean counted) {
      if (counted || target < first || target >= end || target <= slot) {
        code.goto_(way(target));
      } else if (target != slot + 1) {
        code.goto_(label(target));
      }
    }

    private void writeExits() {
      exits.forEach(
          (key, exit) -> {
            code.labelBinding(exit);
            int from = (int) (key >>> 32) - 1;
            int target = (int) (long) key;
            if (from >= 0) {
              place(from);
              code.lload(FUEL).lconst_1().lsub().dup2().lstore(FUEL);
              code.lconst_0().lcmp().iflt(outOfFuel);
            }
            if (target >= first && target < end && contents.reached(target)) {
              code.goto_(label(target));
            } else if (target >= image.slots()) {
              place(target);
              code.iload(AT)
                  .invokestatic(CD_PROGRAM, "noInstruction", MethodTypeDesc.of(CD_FAULT, CD_int))
                  .athrow();
            } else {
              code.loadConstant(target).istore(AT).goto_(leave);
            }
          });
    }

    /** Loads the fuel that is left, after code elsewhere may have burnt some. */
    private void takeFuel() {
      if (burns) {
        code.aload(EXECUTION).getfield(CD_EXECUTION, "fuel", CD_long).lstore(FUEL);
      }
    }

    /** Stores the fuel that is left, before code elsewhere may burn some. */
    private void giveFuel() {
      if (burns) {
        code.aload(EXECUTION).lload(FUEL).putfield(CD_EXECUTION, "fuel", CD_long);
      }
    }

    /** Notes where a fault would be. */
    private void place(int at) {
      code.loadConstant(at).istore(AT);
    }

    private void operand() {
      int source = image.source[slot];
      if (source == Image.IMMEDIATE) {
        code.loadConstant(image.value[slot]);
      } else {
        code.lload(local(source));
      }
    }

    /** Writes an instruction; whether it may go on with the next. */
    private boolean instruction() {
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
        case Operation.GOTO -> {
          code.goto_(way(image.offset[slot]));
          return false;
        }
        case Operation.EXIT -> {
          end();
          return false;
        }
        case Operation.NONE -> {
          place(slot);
          code.iload(AT)
              .invokestatic(CD_PROGRAM, "noInstruction", MethodTypeDesc.of(CD_FAULT, CD_int))
              .athrow();
          return false;
        }
        default -> branch(operation);
      }
      if (operation == Operation.CONSTANT && !contents.reached(slot + 1) && slot + 2 >= end) {
        jump(slot + 2, false);
        return false;
      }
      return true;
    }

    private void end() {
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
      code.loadConstant(constant(CD_CONTEXT, CONTEXT_DATA));
    }

    private void load(int size) {
      int base = image.source[slot];
      int destination = image.destination[slot];
      int inStack = stackOffset(base, size);
      if (inStack >= 0) {
        code.aload(STACK).loadConstant(inStack).loadConstant(size);
        code.invokestatic(CD_GUEST, "get", MethodTypeDesc.of(CD_long, CD_BYTES, CD_int, CD_int));
        set(destination);
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
      int inStack = stackOffset(base, size);
      if (inStack >= 0) {
        code.aload(STACK).loadConstant(inStack).loadConstant(size);
        operand();
        code.invokestatic(
            CD_GUEST, "put", MethodTypeDesc.of(CD_void, CD_BYTES, CD_int, CD_int, CD_long));
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
      code.loadConstant(constant(CD_HELPER, data.size()));
      data.add(helper);
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

    private void branch(int operation) {
      Label way = way(image.offset[slot]);
      int destination = image.destination[slot];
      if (operation == Operation.MAY_GOTO) {
        code.aload(EXECUTION)
            .invokevirtual(CD_EXECUTION, "mayNotGoOn", MethodTypeDesc.of(ConstantDescs.CD_boolean))
            .ifne(way);
        return;
      }
      boolean narrow = operation > Operation.SET;
      code.lload(local(destination));
      if (narrow) {
        code.l2i();
      }
      operand();
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
          code.invokestatic(
              CD_INT_BOX, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_int, CD_int));
        } else if (unsigned) {
          code.invokestatic(
              CD_LONG_BOX, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_long, CD_long));
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
}
