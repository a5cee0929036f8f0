package dev.sluice.engine.vm;

import dev.sluice.bpf.Arithmetic;
import dev.sluice.bpf.Atomic;
import dev.sluice.bpf.ByteSwap;
import dev.sluice.bpf.Call;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.Immediate;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.Jump;
import dev.sluice.bpf.MapReference;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.Memory;
import dev.sluice.bpf.Operand;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Register;
import dev.sluice.bpf.Width;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.Unsupported;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.cause.VerifierExplanation;
import dev.sluice.engine.context.ContextLayout;
import dev.sluice.engine.helper.Helper;
import dev.sluice.engine.helper.HelperTable;
import dev.sluice.engine.map.EngineMap;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.OptionalInt;

/** Finds what a program names, and checks that its jumps lead to instructions. */
final class ImageBuilder {
  private final Image image;
  private final HelperTable helpers;
  private int slot;

  private ImageBuilder(ProgramSpec spec, Map<String, EngineMap> maps) {
    image = new Image(spec, maps, ContextLayout.of(spec.type()), spec.code().slots());
    helpers = HelperTable.of(spec.type());
  }

  /**
   * The image of a program.
   *
   * @throws NotFound if it names a map that is not given
   * @throws Unsupported if it uses what this machine lacks
   * @throws VerifierRejected if a jump or call leads nowhere, or it can run over its end
   */
  static Image build(ProgramSpec spec, Map<String, EngineMap> maps) {
    ImageBuilder builder = new ImageBuilder(spec, maps);
    for (Instruction instruction : spec.instructions()) {
      builder.put(instruction);
      builder.slot += instruction.slots();
    }
    builder.checkTargets();
    return builder.image;
  }

  private void put(Instruction instruction) {
    switch (instruction) {
      case Arithmetic arithmetic -> put(arithmetic);
      case Memory memory -> put(memory);
      case Atomic atomic -> put(atomic);
      case Constant constant -> put(constant);
      case Jump jump -> put(jump);
      case Call call -> put(call);
    }
  }

  private void set(int operation, Register destination, Operand source, int offset) {
    image.operation[slot] = (byte) operation;
    image.destination[slot] = (byte) destination.number();
    image.offset[slot] = offset;
    switch (source) {
      case Register register -> image.source[slot] = (byte) register.number();
      case Immediate(int value) -> setValue(value);
    }
  }

  private void setValue(long value) {
    image.source[slot] = Image.IMMEDIATE;
    image.value[slot] = value;
  }

  private void put(Arithmetic arithmetic) {
    switch (arithmetic) {
      case Arithmetic.Binary(var width, var operator, var destination, var source) ->
          set(
              wide(width, Operation.ADD + operator.ordinal(), Operation.ALU32),
              destination,
              source,
              0);
      case Arithmetic.Negate(var width, var destination) ->
          set(width == Width.W64 ? Operation.NEG : Operation.NEG32, destination, destination, 0);
      case Arithmetic.MoveSigned(var width, int bits, var destination, var source) ->
          set(width == Width.W64 ? Operation.MOVS : Operation.MOVS32, destination, source, bits);
      case Arithmetic.SwapBytes(var swap, int bits, var destination) -> {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        boolean swaps = swap == ByteSwap.REVERSE || (swap == ByteSwap.TO_BIG_ENDIAN) == little;
        set(swaps ? Operation.SWAP : Operation.CUT, destination, destination, bits);
      }
      case Arithmetic.CastAddressSpace _ ->
          throw unsupported("addr_space_cast", "there are no arenas");
    }
  }

  private static int wide(Width width, int operation, int narrower) {
    return width == Width.W64 ? operation : operation + narrower;
  }

  private void put(Memory memory) {
    int size = Integer.numberOfTrailingZeros(memory.size().bytes());
    switch (memory) {
      case Memory.Load(var _, boolean signed, var destination, var base, int offset) ->
          set((signed ? Operation.LOADS8 : Operation.LOAD8) + size, destination, base, offset);
      case Memory.Store(var _, var base, int offset, var value) ->
          set(Operation.STORE8 + size, base, value, offset);
      case Memory.LoadAbsolute(var _, int offset) -> {
        image.operation[slot] = Operation.LOAD_PACKET;
        image.destination[slot] = (byte) size;
        image.offset[slot] = offset;
        setValue(0);
      }
      case Memory.LoadIndirect(var _, var index, int offset) -> {
        image.operation[slot] = Operation.LOAD_PACKET;
        image.destination[slot] = (byte) size;
        image.offset[slot] = offset;
        image.source[slot] = (byte) index.number();
      }
    }
  }

  private void put(Atomic atomic) {
    int size = Integer.numberOfTrailingZeros(atomic.size().bytes());
    switch (atomic) {
      case Atomic.Update(var operator, var width, var base, int offset, var source) -> {
        set(Operation.ATOMIC, base, source, offset);
        image.value[slot] = AtomicUpdate.code(operator, width);
      }
      // One thing happens at a time, so each load and store has its order.
      case Atomic.LoadAcquire(var _, var destination, var base, int offset) ->
          set(Operation.LOAD8 + size, destination, base, offset);
      case Atomic.StoreRelease(var _, var base, int offset, var source) ->
          set(Operation.STORE8 + size, base, source, offset);
    }
  }

  private void put(Constant constant) {
    long value =
        switch (constant) {
          case Constant.Wide(var _, long number) -> number;
          case Constant.MapAddress(var _, var map) -> Address.of(Address.MAP | find(map).slot(), 0);
          case Constant.MapValueAddress(var _, var map, int offset) -> {
            EngineMap found = find(map);
            requireValue(found, offset);
            yield Address.of(Address.MAP_VALUE | found.slot(), offset);
          }
          case Constant.FunctionAddress(var _, int offset) -> {
            yield Address.of(Address.FUNCTION | function(slot + 1 + offset), 0);
          }
          case Constant.KernelVariable _ ->
              throw unsupported("a variable of the kernel", "there is no kernel here");
        };
    image.operation[slot] = Operation.CONSTANT;
    image.destination[slot] = (byte) constant.destination().number();
    setValue(value);
  }

  /** Programs know where the value of an array with one entry is, and of no other map. */
  private void requireValue(EngineMap map, int offset) {
    if (map.type() != MapType.ARRAY) {
      throw rejected("no direct value access support for this map type");
    }
    if (map.shape().maxEntries() != 1 || Integer.compareUnsigned(offset, map.valueSize()) >= 0) {
      throw rejected(
          "invalid access to map value pointer, value_size=%d off=%s"
              .formatted(map.valueSize(), Integer.toUnsignedString(offset)));
    }
  }

  private EngineMap find(MapReference reference) {
    if (!(reference instanceof MapReference.Named(String name))) {
      throw unsupported("a map by its file descriptor", "a program for the engine names its maps");
    }
    EngineMap map = image.maps.get(name);
    if (map == null) {
      throw new NotFound(
          "map",
          name + ", which program " + image.spec.name() + " names; given " + image.maps.keySet());
    }
    return map;
  }

  private void put(Jump jump) {
    switch (jump) {
      case Jump.Goto(int offset) -> jump(Operation.GOTO, offset);
      case Jump.GotoLong(int offset) -> jump(Operation.GOTO, offset);
      case Jump.MayGoto(int offset) -> {
        image.mayGoto = true;
        jump(Operation.MAY_GOTO, offset);
      }
      case Jump.Exit() -> image.operation[slot] = Operation.EXIT;
      case Jump.Branch(var width, var condition, var left, var right, int offset) ->
          set(
              wide(width, Operation.EQ + condition.ordinal(), Operation.BRANCH32),
              left,
              right,
              target(slot + 1 + offset));
    }
  }

  private void jump(int operation, int offset) {
    image.operation[slot] = (byte) operation;
    image.offset[slot] = target(slot + 1 + offset);
  }

  private void put(Call call) {
    switch (call) {
      case Call.Helper(int id) -> {
        if (id == HelperFunction.TAIL_CALL.id()) {
          image.operation[slot] = Operation.TAIL_CALL;
        } else {
          Helper helper = helpers.find(id);
          if (helper == null) {
            helpers.requireSupported(id);
            String refusal = helpers.refusal(id, image.spec.isGplCompatible());
            throw rejected(refusal == null ? "helper " + id + " cannot be called" : refusal);
          }
          image.operation[slot] = Operation.CALL_HELPER;
          image.helpers[slot] = helper;
        }
      }
      case Call.Function(int offset) -> {
        image.operation[slot] = Operation.CALL_FUNCTION;
        image.offset[slot] = function(slot + 1 + offset);
      }
      case Call.Indirect(var register) -> {
        image.operation[slot] = Operation.CALL_INDIRECT;
        image.source[slot] = (byte) register.number();
      }
      case Call.KernelFunction _ ->
          throw unsupported("a function of the kernel (kfunc)", "there is no kernel here");
    }
  }

  private int function(int to) {
    if (to < 0 || to >= image.slots()) {
      throw rejected("call to invalid destination");
    }
    image.functions.set(to);
    return to;
  }

  private int target(int to) {
    if (to < 0 || to >= image.slots()) {
      throw rejected("jump out of range from insn %d to %d".formatted(slot, to));
    }
    return to;
  }

  private void checkTargets() {
    for (int at = 0; at < image.slots(); at++) {
      int operation = image.operation[at];
      boolean jumps =
          operation == Operation.GOTO
              || operation == Operation.MAY_GOTO
              || (operation >= Operation.EQ && operation <= Operation.SET32);
      if (jumps) {
        checkTarget(at, image.offset[at]);
      }
    }
    for (int at = image.functions.nextSetBit(0); at >= 0; at = image.functions.nextSetBit(at + 1)) {
      checkTarget(at, at);
    }
    int last = image.slots() - 1;
    int operation = image.operation[last];
    if (operation != Operation.EXIT && operation != Operation.GOTO) {
      slot = last;
      throw rejected("last insn is not an exit or jmp");
    }
  }

  private void checkTarget(int from, int to) {
    if (image.operation[to] == Operation.NONE) {
      slot = from;
      throw rejected("jump into the middle of ldimm64 insn %d".formatted(to - 1));
    }
  }

  private VerifierRejected rejected(String problem) {
    return VerifierExplanation.rejected(
        image.spec, Errno.EINVAL.number(), problem + "\n", OptionalInt.of(slot));
  }

  private Unsupported unsupported(String what, String why) {
    return new Unsupported(
        what, why + " (program " + image.spec.name() + ", instruction " + slot + ")");
  }
}
