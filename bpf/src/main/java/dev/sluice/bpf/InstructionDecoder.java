package dev.sluice.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads slots as instructions; {@link InstructionEncoder} is its inverse. */
final class InstructionDecoder {
  private final ByteBuffer in;

  /** Where the slot being read starts, in bytes. */
  private int start;

  private int opcode;
  private int destination;
  private int source;
  private int offset;
  private int immediate;

  /**
   * @param in in the byte order of the machine that the program is for
   */
  InstructionDecoder(ByteBuffer in) {
    this.in = in;
  }

  List<Instruction> decodeAll() {
    List<Instruction> instructions = new ArrayList<>(in.remaining() / Opcode.SLOT_BYTES);
    while (in.hasRemaining()) {
      instructions.add(decode());
    }
    return instructions;
  }

  private Instruction decode() {
    readSlot("a slot");
    return switch (opcode & Opcode.CLASS_MASK) {
      case Opcode.CLASS_ALU -> arithmetic(Width.W32);
      case Opcode.CLASS_ALU64 -> arithmetic(Width.W64);
      case Opcode.CLASS_JMP, Opcode.CLASS_JMP32 -> jumpOrCall();
      case Opcode.CLASS_LDX -> load();
      case Opcode.CLASS_ST -> storeConstant();
      case Opcode.CLASS_STX -> storeRegister();
      default -> constantOrPacketLoad();
    };
  }

  private void readSlot(String what) {
    start = in.position();
    if (in.remaining() < Opcode.SLOT_BYTES) {
      throw invalid("%s needs 8 bytes, %d are left".formatted(what, in.remaining()));
    }
    opcode = in.get() & 0xff;
    int registers = in.get() & 0xff;
    boolean little = in.order() == ByteOrder.LITTLE_ENDIAN;
    destination = little ? registers & 0xf : registers >> 4;
    source = little ? registers >> 4 : registers & 0xf;
    offset = in.getShort();
    immediate = in.getInt();
  }

  private Arithmetic arithmetic(Width width) {
    int operation = opcode & Opcode.OPERATION_MASK;
    boolean fromRegister = (opcode & Opcode.SOURCE_MASK) == Opcode.SOURCE_X;
    if (operation == Opcode.ALU_NEG) {
      if (fromRegister) {
        throw unknownOpcode();
      }
      requireZero("source register", source);
      requireZero("offset", offset);
      requireZero("immediate", immediate);
      return new Arithmetic.Negate(width, register("destination", destination));
    }
    if (operation == Opcode.ALU_END) {
      return swapBytes(width, fromRegister);
    }
    if (fromRegister && operation == Opcode.ALU_MOV && offset != 0) {
      return specialMove(width);
    }
    ArithmeticOperator operator =
        ArithmeticOperator.ofOpcode(opcode, offset)
            .orElseThrow(
                () ->
                    ArithmeticOperator.ofOpcode(opcode, 0).isPresent()
                        ? invalid("offset %d of opcode 0x%02x".formatted(offset, opcode))
                        : unknownOpcode());
    return new Arithmetic.Binary(
        width, operator, register("destination", destination), operand(fromRegister));
  }

  private Arithmetic specialMove(Width width) {
    Register to = register("destination", destination);
    Register from = register("source", source);
    if (offset == Opcode.OFFSET_ADDRESS_SPACE_CAST && width == Width.W64) {
      return new Arithmetic.CastAddressSpace(to, from, immediate >>> 16, immediate & 0xffff);
    }
    requireZero("immediate", immediate);
    boolean extendsSign = offset == 8 || offset == 16 || (offset == 32 && width == Width.W64);
    if (!extendsSign) {
      throw invalid("a move of %d bits to %d".formatted(offset, width.bits()));
    }
    return new Arithmetic.MoveSigned(width, offset, to, from);
  }

  private Arithmetic swapBytes(Width width, boolean toBigEndian) {
    requireZero("source register", source);
    requireZero("offset", offset);
    if (width == Width.W64 && toBigEndian) {
      throw unknownOpcode();
    }
    if (immediate != 16 && immediate != 32 && immediate != 64) {
      throw invalid("a byte swap of %d bits: only 16, 32 and 64".formatted(immediate));
    }
    ByteSwap swap =
        width == Width.W64
            ? ByteSwap.REVERSE
            : toBigEndian ? ByteSwap.TO_BIG_ENDIAN : ByteSwap.TO_LITTLE_ENDIAN;
    return new Arithmetic.SwapBytes(swap, immediate, register("destination", destination));
  }

  private Memory load() {
    int mode = opcode & Opcode.MODE_MASK;
    MemorySize size = MemorySize.ofOpcode(opcode);
    boolean signed = mode == Opcode.MODE_MEMSX;
    if ((mode != Opcode.MODE_MEM && !signed) || (signed && size == MemorySize.DOUBLE)) {
      throw unknownOpcode();
    }
    requireZero("immediate", immediate);
    return new Memory.Load(
        size, signed, register("destination", destination), register("source", source), offset);
  }

  private Memory storeConstant() {
    if ((opcode & Opcode.MODE_MASK) != Opcode.MODE_MEM) {
      throw unknownOpcode();
    }
    requireZero("source register", source);
    return new Memory.Store(
        MemorySize.ofOpcode(opcode),
        register("destination", destination),
        offset,
        new Immediate(immediate));
  }

  private Instruction storeRegister() {
    MemorySize size = MemorySize.ofOpcode(opcode);
    Register to = register("destination", destination);
    Register from = register("source", source);
    return switch (opcode & Opcode.MODE_MASK) {
      case Opcode.MODE_MEM -> {
        requireZero("immediate", immediate);
        yield new Memory.Store(size, to, offset, from);
      }
      case Opcode.MODE_ATOMIC -> atomic(size, to, from);
      default -> throw unknownOpcode();
    };
  }

  private Atomic atomic(MemorySize size, Register to, Register from) {
    if (immediate == Opcode.ATOMIC_LOAD_ACQUIRE) {
      return new Atomic.LoadAcquire(size, to, from, offset);
    }
    if (immediate == Opcode.ATOMIC_STORE_RELEASE) {
      return new Atomic.StoreRelease(size, to, offset, from);
    }
    AtomicOperator operator =
        AtomicOperator.ofCode(immediate)
            .orElseThrow(() -> invalid("unknown atomic operation 0x%x".formatted(immediate)));
    if (size.bytes() < 4) {
      throw invalid("an atomic update takes 4 or 8 bytes, not " + size.bytes());
    }
    return new Atomic.Update(operator, size, to, offset, from);
  }

  private Instruction constantOrPacketLoad() {
    MemorySize size = MemorySize.ofOpcode(opcode);
    int mode = opcode & Opcode.MODE_MASK;
    if (opcode == Opcode.LOAD_WIDE) {
      return constant();
    }
    boolean indirect = mode == Opcode.MODE_IND;
    if ((!indirect && mode != Opcode.MODE_ABS) || size == MemorySize.DOUBLE) {
      throw unknownOpcode();
    }
    requireZero("destination register", destination);
    requireZero("offset", offset);
    if (indirect) {
      return new Memory.LoadIndirect(size, register("source", source), immediate);
    }
    requireZero("source register", source);
    return new Memory.LoadAbsolute(size, immediate);
  }

  private Constant constant() {
    Register to = register("destination", destination);
    requireZero("offset", offset);
    int pseudo = source;
    int low = immediate;
    int first = start;
    readSlot("the second half of a 64-bit constant");
    int high = immediate;
    requireZero("opcode of the second half of a 64-bit constant", opcode);
    requireZero("destination register", destination);
    requireZero("source register", source);
    requireZero("offset", offset);
    boolean usesHigh =
        switch (pseudo) {
          case Opcode.PSEUDO_MAP_FD, Opcode.PSEUDO_MAP_IDX, Opcode.PSEUDO_FUNC -> false;
          default -> true;
        };
    if (!usesHigh) {
      requireZero("immediate of the second half", high);
    }
    start = first;
    return switch (pseudo) {
      case Opcode.PSEUDO_NONE ->
          new Constant.Wide(to, (long) high << 32 | Integer.toUnsignedLong(low));
      case Opcode.PSEUDO_MAP_FD -> new Constant.MapAddress(to, new MapReference.Descriptor(low));
      case Opcode.PSEUDO_MAP_IDX -> new Constant.MapAddress(to, new MapReference.Index(low));
      case Opcode.PSEUDO_MAP_VALUE ->
          new Constant.MapValueAddress(to, new MapReference.Descriptor(low), high);
      case Opcode.PSEUDO_MAP_IDX_VALUE ->
          new Constant.MapValueAddress(to, new MapReference.Index(low), high);
      case Opcode.PSEUDO_BTF_ID -> new Constant.KernelVariable(to, low, high);
      case Opcode.PSEUDO_FUNC -> new Constant.FunctionAddress(to, low);
      default -> throw invalid("unknown kind %d of 64-bit constant".formatted(pseudo));
    };
  }

  private Instruction jumpOrCall() {
    return switch (opcode) {
      case Opcode.GOTO -> {
        requireOnly(false, true, false);
        yield new Jump.Goto(offset);
      }
      case Opcode.GOTO_LONG -> {
        requireOnly(false, false, true);
        yield new Jump.GotoLong(immediate);
      }
      case Opcode.EXIT -> {
        requireOnly(false, false, false);
        yield new Jump.Exit();
      }
      case Opcode.MAY_GOTO -> {
        requireOnly(false, true, false);
        yield new Jump.MayGoto(offset);
      }
      case Opcode.CALL -> call();
      case Opcode.CALL_REGISTER -> {
        requireOnly(true, false, false);
        yield new Call.Indirect(register("destination", destination));
      }
      default -> branch();
    };
  }

  private Call call() {
    requireZero("destination register", destination);
    if (source == Opcode.CALL_KFUNC) {
      return new Call.KernelFunction(immediate, offset);
    }
    requireZero("offset", offset);
    return switch (source) {
      case Opcode.CALL_HELPER -> new Call.Helper(immediate);
      case Opcode.CALL_FUNCTION -> new Call.Function(immediate);
      default -> throw invalid("unknown kind %d of call".formatted(source));
    };
  }

  private Jump branch() {
    Condition condition = Condition.ofOpcode(opcode).orElseThrow(this::unknownOpcode);
    boolean fromRegister = (opcode & Opcode.SOURCE_MASK) == Opcode.SOURCE_X;
    Width width = (opcode & Opcode.CLASS_MASK) == Opcode.CLASS_JMP ? Width.W64 : Width.W32;
    return new Jump.Branch(
        width, condition, register("destination", destination), operand(fromRegister), offset);
  }

  private Operand operand(boolean fromRegister) {
    if (fromRegister) {
      requireZero("immediate", immediate);
      return register("source", source);
    }
    requireZero("source register", source);
    return new Immediate(immediate);
  }

  private void requireOnly(boolean usesDestination, boolean usesOffset, boolean usesImmediate) {
    requireZero("source register", source);
    if (!usesDestination) {
      requireZero("destination register", destination);
    }
    if (!usesOffset) {
      requireZero("offset", offset);
    }
    if (!usesImmediate) {
      requireZero("immediate", immediate);
    }
  }

  private void requireZero(String field, int value) {
    if (value != 0) {
      throw invalid("%s is %d where it must be 0".formatted(field, value));
    }
  }

  private Register register(String field, int number) {
    if (number > Register.R10.number()) {
      throw invalid("%s register is r%d: registers are r0 to r10".formatted(field, number));
    }
    return Register.of(number);
  }

  private InvalidBytecodeException unknownOpcode() {
    return invalid("unknown opcode 0x%02x".formatted(opcode));
  }

  private InvalidBytecodeException invalid(String reason) {
    return new InvalidBytecodeException(start, reason);
  }
}
