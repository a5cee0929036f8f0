package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ToIntFunction;

/** Writes instructions as slots; {@link InstructionDecoder} is its inverse. */
final class InstructionEncoder {
  private final ByteBuffer out;
  private final ToIntFunction<String> mapDescriptor;

  /**
   * @param out big enough, in the byte order of the machine that will run the program
   */
  InstructionEncoder(ByteBuffer out, ToIntFunction<String> mapDescriptor) {
    this.out = out;
    this.mapDescriptor = mapDescriptor;
  }

  void encode(Instruction instruction) {
    switch (instruction) {
      case Arithmetic arithmetic -> encodeArithmetic(arithmetic);
      case Memory memory -> encodeMemory(memory);
      case Atomic atomic -> encodeAtomic(atomic);
      case Constant constant -> encodeConstant(constant);
      case Jump jump -> encodeJump(jump);
      case Call call -> encodeCall(call);
    }
  }

  private void encodeArithmetic(Arithmetic instruction) {
    switch (instruction) {
      case Arithmetic.Binary(var width, var operator, var destination, var source) -> {
        int opcode = aluClass(width) | operator.code();
        switch (source) {
          case Register register ->
              slot(
                  opcode | Opcode.SOURCE_X,
                  destination.number(),
                  register.number(),
                  operator.offset(),
                  0);
          case Immediate(int value) ->
              slot(opcode | Opcode.SOURCE_K, destination.number(), 0, operator.offset(), value);
        }
      }
      case Arithmetic.Negate(var width, var destination) ->
          slot(aluClass(width) | Opcode.ALU_NEG, destination.number(), 0, 0, 0);
      case Arithmetic.MoveSigned(var width, int bits, var destination, var source) ->
          slot(
              aluClass(width) | Opcode.ALU_MOV | Opcode.SOURCE_X,
              destination.number(),
              source.number(),
              bits,
              0);
      case Arithmetic.SwapBytes(var swap, int bits, var destination) -> {
        int opcode =
            Opcode.ALU_END
                | switch (swap) {
                  case TO_LITTLE_ENDIAN -> Opcode.CLASS_ALU | Opcode.SOURCE_K;
                  case TO_BIG_ENDIAN -> Opcode.CLASS_ALU | Opcode.SOURCE_X;
                  case REVERSE -> Opcode.CLASS_ALU64 | Opcode.SOURCE_K;
                };
        slot(opcode, destination.number(), 0, 0, bits);
      }
      case Arithmetic.CastAddressSpace(var destination, var source, int to, int from) ->
          slot(
              Opcode.CLASS_ALU64 | Opcode.ALU_MOV | Opcode.SOURCE_X,
              destination.number(),
              source.number(),
              Opcode.OFFSET_ADDRESS_SPACE_CAST,
              to << 16 | from);
    }
  }

  private void encodeMemory(Memory instruction) {
    switch (instruction) {
      case Memory.Load(var size, boolean signed, var destination, var base, int offset) ->
          slot(
              Opcode.CLASS_LDX | size.code() | (signed ? Opcode.MODE_MEMSX : Opcode.MODE_MEM),
              destination.number(),
              base.number(),
              offset,
              0);
      case Memory.Store(var size, var base, int offset, Operand value) -> {
        int opcode = size.code() | Opcode.MODE_MEM;
        switch (value) {
          case Register register ->
              slot(opcode | Opcode.CLASS_STX, base.number(), register.number(), offset, 0);
          case Immediate(int constant) ->
              slot(opcode | Opcode.CLASS_ST, base.number(), 0, offset, constant);
        }
      }
      case Memory.LoadAbsolute(var size, int offset) ->
          slot(Opcode.CLASS_LD | size.code() | Opcode.MODE_ABS, 0, 0, 0, offset);
      case Memory.LoadIndirect(var size, var index, int offset) ->
          slot(Opcode.CLASS_LD | size.code() | Opcode.MODE_IND, 0, index.number(), 0, offset);
    }
  }

  private void encodeAtomic(Atomic instruction) {
    int opcode = Opcode.CLASS_STX | Opcode.MODE_ATOMIC | instruction.size().code();
    switch (instruction) {
      case Atomic.Update(var operator, var size, var base, int offset, var source) ->
          slot(opcode, base.number(), source.number(), offset, operator.code());
      case Atomic.LoadAcquire(var size, var destination, var base, int offset) ->
          slot(opcode, destination.number(), base.number(), offset, Opcode.ATOMIC_LOAD_ACQUIRE);
      case Atomic.StoreRelease(var size, var base, int offset, var source) ->
          slot(opcode, base.number(), source.number(), offset, Opcode.ATOMIC_STORE_RELEASE);
    }
  }

  private void encodeConstant(Constant instruction) {
    int destination = instruction.destination().number();
    switch (instruction) {
      case Constant.Wide(var register, long value) ->
          wide(destination, Opcode.PSEUDO_NONE, (int) value, (int) (value >>> 32));
      case Constant.MapAddress(var register, MapReference map) -> {
        switch (map) {
          case MapReference.Named(String name) ->
              wide(destination, Opcode.PSEUDO_MAP_FD, mapDescriptor.applyAsInt(name), 0);
          case MapReference.Descriptor(int fd) -> wide(destination, Opcode.PSEUDO_MAP_FD, fd, 0);
          case MapReference.Index(int index) -> wide(destination, Opcode.PSEUDO_MAP_IDX, index, 0);
        }
      }
      case Constant.MapValueAddress(var register, MapReference map, int offset) -> {
        switch (map) {
          case MapReference.Named(String name) ->
              wide(destination, Opcode.PSEUDO_MAP_VALUE, mapDescriptor.applyAsInt(name), offset);
          case MapReference.Descriptor(int fd) ->
              wide(destination, Opcode.PSEUDO_MAP_VALUE, fd, offset);
          case MapReference.Index(int index) ->
              wide(destination, Opcode.PSEUDO_MAP_IDX_VALUE, index, offset);
        }
      }
      case Constant.KernelVariable(var register, int btfId, int btfFd) ->
          wide(destination, Opcode.PSEUDO_BTF_ID, btfId, btfFd);
      case Constant.FunctionAddress(var register, int offset) ->
          wide(destination, Opcode.PSEUDO_FUNC, offset, 0);
    }
  }

  private void encodeJump(Jump instruction) {
    switch (instruction) {
      case Jump.Goto(int offset) -> slot(Opcode.GOTO, 0, 0, offset, 0);
      case Jump.GotoLong(int offset) -> slot(Opcode.GOTO_LONG, 0, 0, 0, offset);
      case Jump.Branch(var width, var condition, var left, Operand right, int offset) -> {
        int opcode =
            condition.code() | (width == Width.W64 ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32);
        switch (right) {
          case Register register ->
              slot(opcode | Opcode.SOURCE_X, left.number(), register.number(), offset, 0);
          case Immediate(int value) ->
              slot(opcode | Opcode.SOURCE_K, left.number(), 0, offset, value);
        }
      }
      case Jump.MayGoto(int offset) -> slot(Opcode.MAY_GOTO, 0, Opcode.COND_MAY_GOTO, offset, 0);
      case Jump.Exit() -> slot(Opcode.EXIT, 0, 0, 0, 0);
    }
  }

  private void encodeCall(Call instruction) {
    switch (instruction) {
      case Call.Helper(int id) -> slot(Opcode.CALL, 0, Opcode.CALL_HELPER, 0, id);
      case Call.Function(int offset) -> slot(Opcode.CALL, 0, Opcode.CALL_FUNCTION, 0, offset);
      case Call.KernelFunction(int btfId, int btfIndex) ->
          slot(Opcode.CALL, 0, Opcode.CALL_KFUNC, btfIndex, btfId);
      case Call.Indirect(var target) -> slot(Opcode.CALL_REGISTER, target.number(), 0, 0, 0);
    }
  }

  private static int aluClass(Width width) {
    return width == Width.W64 ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU;
  }

  private void wide(int destination, int pseudo, int low, int high) {
    slot(Opcode.LOAD_WIDE, destination, pseudo, 0, low);
    slot(0, 0, 0, 0, high);
  }

  private void slot(int opcode, int destination, int source, int offset, int immediate) {
    out.put((byte) opcode);
    boolean little = out.order() == ByteOrder.LITTLE_ENDIAN;
    out.put((byte) (little ? source << 4 | destination : destination << 4 | source));
    out.putShort((short) offset);
    out.putInt(immediate);
  }
}
