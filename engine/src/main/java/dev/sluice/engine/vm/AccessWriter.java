package dev.sluice.engine.vm;

import static dev.sluice.engine.vm.Types.CD_BYTES;
import static dev.sluice.engine.vm.Types.CD_CONTEXT;
import static dev.sluice.engine.vm.Types.CD_EXECUTION;
import static dev.sluice.engine.vm.Types.CD_GUEST;
import static dev.sluice.engine.vm.Types.CD_MEMORY;
import static dev.sluice.engine.vm.Types.CD_PACKET;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.sluice.engine.context.ContextPointer;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * Writes the bytecode of loads and stores: without a check where the place is certain, else with
 * one that first looks where it most likely is.
 */
final class AccessWriter {
  private final CodeBuilder code;
  private final Image image;
  private final RegisterContents contents;
  private final ClassData data;

  /** Where accesses need no check; null outside of such turns. */
  private @Nullable TurnWriter foreseen;

  AccessWriter(CodeBuilder code, Image image, RegisterContents contents, ClassData data) {
    this.code = code;
    this.image = image;
    this.contents = contents;
    this.data = data;
  }

  /** From now on writes turns that were looked ahead for; null: as ever. */
  void inTurns(@Nullable TurnWriter turns) {
    foreseen = turns;
  }

  /** Loads the address of an access. */
  void address(int slot, int register) {
    code.lload(Locals.register(register));
    if (image.offset[slot] != 0) {
      code.loadConstant((long) image.offset[slot]).ladd();
    }
  }

  /** The offset of an access in the stack, if it is certain and within; else −1. */
  private int stackOffset(int slot, int register, int size) {
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
  }

  /** Stores to an array and an index. */
  private void put(int slot, int size) {
    code.loadConstant(size);
    Locals.operand(code, image, slot);
    code.invokestatic(
        CD_GUEST, "put", MethodTypeDesc.of(CD_void, CD_BYTES, CD_int, CD_int, CD_long));
  }

  /** Loads an unsigned number from memory. */
  void load(int slot, int size) {
    int base = image.source[slot];
    if (foreseen != null && foreseen.loadPlace(slot)) {
      get(size);
      return;
    }
    int inStack = stackOffset(slot, base, size);
    if (inStack >= 0) {
      code.aload(Locals.STACK).loadConstant(inStack);
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
        return;
      }
      if (plain != null) {
        code.aload(Locals.EXECUTION).getfield(CD_EXECUTION, "packet", CD_PACKET);
        code.getfield(CD_PACKET, plain, CD_int).i2l();
        code.loadConstant(0xffff_ffffL).land();
        return;
      }
    }
    Locals.place(code, slot);
    code.aload(Locals.EXECUTION);
    context();
    address(slot, base);
    code.loadConstant(size);
    code.invokestatic(
        CD_MEMORY,
        contents.kind(slot, base) == RegisterContents.PACKET ? "loadPacket" : "load",
        MethodTypeDesc.of(CD_long, CD_EXECUTION, CD_CONTEXT, CD_long, CD_int));
  }

  private void packetAddress(ContextPointer pointer) {
    String field =
        switch (pointer) {
          case DATA -> "head";
          case DATA_END -> "end";
          case DATA_META -> "metaStart";
        };
    code.aload(Locals.EXECUTION).getfield(CD_EXECUTION, "packet", CD_PACKET);
    code.getfield(CD_PACKET, field, CD_int).i2l();
    code.loadConstant(Address.of(Address.PACKET, 0)).ladd();
  }

  /** Stores the second operand to memory. */
  void store(int slot, int size) {
    int base = image.destination[slot];
    if (foreseen != null && foreseen.loadPlace(slot)) {
      put(slot, size);
      return;
    }
    int inStack = stackOffset(slot, base, size);
    if (inStack >= 0) {
      code.aload(Locals.STACK).loadConstant(inStack);
      put(slot, size);
      return;
    }
    boolean packet = contents.kind(slot, base) == RegisterContents.PACKET;
    boolean immediate = image.source[slot] == Image.IMMEDIATE;
    Locals.place(code, slot);
    code.aload(Locals.EXECUTION);
    context();
    address(slot, base);
    code.loadConstant(size);
    Locals.operand(code, image, slot);
    code.invokestatic(
        CD_MEMORY,
        packet ? "storePacket" : immediate ? "storeImmediate" : "store",
        MethodTypeDesc.of(CD_void, CD_EXECUTION, CD_CONTEXT, CD_long, CD_int, CD_long));
  }
}
